import { foldRun, joinEvents } from '../pure/fold';
import { momentsOf } from '../pure/moments';
import type { RunEvent } from '../pure/types';
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
