import { foldRun, joinEvents } from '../pure/fold';
import { momentsOf } from '../pure/moments';
import { isOver } from '../pure/states';
import type { Desktop, RunEvent } from '../pure/types';
import * as api from './api';
import { follow, learn, runOf } from './live.svelte';
import { complain } from './toasts.svelte';

/** One run with all its events, kept true while it is looked at. Made inside a component, whose end it follows. */
export class Detail {
  events = $state.raw<RunEvent[]>([]);
  is_loaded = $state(false);
  is_missing = $state(false);
  view = $derived(foldRun(this.events));
  moments = $derived(momentsOf(this.view));
  summary = $derived.by(() => runOf(this.run));

  constructor(readonly run: string) {
    $effect(() => {
      void this.load();
      return follow({ event: (events) => this.take(events), sync: () => void this.load() });
    });
  }

  async load(): Promise<void> {
    try {
      const [{ summary }, events] = await Promise.all([api.run(this.run), api.events(this.run)]);
      learn(summary);
      this.events = events;
      this.is_loaded = true;
    } catch (error) {
      if (error instanceof api.ApiError && error.status === 404) this.is_missing = true;
      else complain('read the run', error, () => void this.load());
    }
  }

  /** Whether the run has its display now: from when it is ready until nothing works on it any more. */
  has_screen = $derived.by(() => {
    const { display, tasks, state } = this.view;
    const signal = this.events.findLast((e) => e.event === 'signalled')?.signal ?? this.summary?.signal;
    if (!display || !state || isOver(state) || state === 'queued' || signal === 'cancel') return false;
    const has_begun = tasks.some((t) => t.state !== 'waiting');
    return !has_begun || tasks.some((t) => t.state === 'running');
  });
  /** Where the run works; a private desktop is gone with its run, and so is all that was open on it. */
  was_private = $derived.by(() => {
    const first = this.events[0];
    const desktop = first?.event === 'asked' ? (first.request.desktop as Desktop | undefined) : null;
    return !!desktop && typeof desktop === 'object' && 'private' in desktop && this.view.display !== null;
  });

  /** Takes over what has happened and was not told yet. */
  async catchUp(): Promise<void> {
    this.take(await api.events(this.run, this.view.last_seq));
  }

  private take(events: RunEvent[]): void {
    if (!this.is_loaded) return;
    const joined = joinEvents(
      this.events,
      events.filter((e) => e.run === this.run),
    );
    if (joined) this.events = joined;
    else void this.load();
  }
}
