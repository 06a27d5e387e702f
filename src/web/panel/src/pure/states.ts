import type { RunState, TaskState } from './types';

export type Tone = 'idle' | 'run' | 'wait' | 'ok' | 'bad' | 'ask';
interface Look {
  label: string;
  tone: Tone;
  icon: string;
}

/** How each state of a run is named, coloured and marked; the mark says it without the colour. */
export const RUN_LOOK: Record<RunState, Look> = {
  queued: { label: 'queued', tone: 'idle', icon: 'clock' },
  running: { label: 'running', tone: 'run', icon: 'play' },
  waiting: { label: 'waits for you', tone: 'wait', icon: 'question' },
  paused: { label: 'paused', tone: 'wait', icon: 'pause' },
  passed: { label: 'passed', tone: 'ok', icon: 'check' },
  failed: { label: 'failed', tone: 'bad', icon: 'cross' },
  unstartable: { label: 'could not start', tone: 'bad', icon: 'alert' },
  asking: { label: 'stopped to ask', tone: 'ask', icon: 'question' },
  refused: { label: 'refused by policy', tone: 'bad', icon: 'shield' },
  cancelled: { label: 'cancelled', tone: 'idle', icon: 'stop' },
  interrupted: { label: 'interrupted', tone: 'bad', icon: 'bolt' },
};

export const TASK_LOOK: Record<TaskState, Look> = {
  waiting: { label: 'waiting', tone: 'idle', icon: 'clock' },
  running: { label: 'running', tone: 'run', icon: 'play' },
  passed: { label: 'passed', tone: 'ok', icon: 'check' },
  failed: { label: 'failed', tone: 'bad', icon: 'cross' },
  skipped: { label: 'skipped', tone: 'idle', icon: 'skip' },
};

export const RUN_STATES = Object.keys(RUN_LOOK) as RunState[];
/** What a run has been told and does not do yet. */
export function pending({ state, signal }: { state: RunState; signal: string | null }): string | null {
  if (isOver(state)) return null;
  if (signal === 'cancel') return 'stopping…';
  return signal === 'pause' && state !== 'paused' ? 'pausing…' : null;
}

const LIVE: RunState[] = ['queued', 'running', 'waiting', 'paused'];

/** Whether a run of that state has ended for good. */
export function isOver(state: RunState): boolean {
  return !LIVE.includes(state);
}
