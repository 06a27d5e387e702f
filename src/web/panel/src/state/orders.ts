import { isOver } from '../pure/states';
import type { RunSummary } from '../pure/types';
import * as api from './api';
import { confirm } from './confirm.svelte';
import { forget, learn } from './live.svelte';
import { go } from './route.svelte';
import { attempt, say } from './toasts.svelte';

// What a person tells a run, the same from every screen.

const DOING = { cancel: 'cancel the run', pause: 'pause the run', resume: 'resume the run' };

export function send(run: string, what: 'cancel' | 'pause' | 'resume'): Promise<unknown> {
  return attempt(DOING[what], () => api.signal(run, what), learn);
}

export function answer(run: RunSummary, said: string): Promise<RunSummary | null> {
  return attempt(`answer “${run.question!.question}”`, () => api.answer(run.run, run.question!.id, said), learn);
}

export function retry(run: string, how: { from_task?: number; yes?: boolean } = {}): Promise<unknown> {
  return attempt(
    'retry the run',
    () => api.retry(run, how),
    (fresh) => {
      learn(fresh);
      say('Asked again', how.from_task ? `from task ${how.from_task}; what came before counts as done` : fresh.text);
      go(`/runs/${fresh.run}`);
    },
  );
}

export async function remove(run: RunSummary): Promise<boolean> {
  if (!isOver(run.state)) return false;
  const sure = await confirm(
    'Delete this run?',
    'Delete',
    `“${run.text}” goes out of the history, with its events, its log and its pictures.`,
    'What it did on the screen and to files stays done.',
    'It cannot be brought back, and it cannot be retried.',
  );
  if (!sure) return false;
  return (
    (await attempt(
      'delete the run',
      () => api.removeRun(run.run).then(() => true),
      () => forget(run.run),
    )) ?? false
  );
}
