import { joinLines } from '../pure/lines';
import type { LogLine } from '../pure/types';
import * as api from './api';
import { live } from './live.svelte';
import { listen } from './stream';
import { complain } from './toasts.svelte';

/** Above every number of a line, below what JSON and SQLite can hold exactly. */
const PAST_THE_END = Number.MAX_SAFE_INTEGER;
/** The end comes in a short page, so that it shows at once; the rest in long ones. */
const PAGE = 5000;

/** The log of one run: the end of it at once, the rest behind it, new lines as they come. Follows its component's life. */
export class Log {
  lines = $state.raw<LogLine[]>([]);
  is_complete = $state(false);
  is_loaded = $state(false);
  private is_on = true;

  constructor(
    readonly run: string,
    is_alive: boolean,
  ) {
    $effect(() => {
      void this.loadBackwards();
      const hears = { log: (lines: LogLine[]) => this.add(lines), sync: () => void this.catchUp() };
      const stop = is_alive ? listen(api.streamOf({ run, logs: 1 }), hears) : () => {};
      return () => {
        this.is_on = false;
        stop();
      };
    });
    $effect(() => {
      if (live.is_connected && this.is_loaded) void this.catchUp();
    });
  }

  private waiting: LogLine[] = [];
  private add(lines: LogLine[]): void {
    this.waiting.push(...lines);
    if (this.waiting.length === lines.length) requestAnimationFrame(() => this.flush());
  }
  private flush(): void {
    this.lines = joinLines(this.lines, this.waiting);
    this.waiting = [];
  }

  private async loadBackwards(): Promise<void> {
    try {
      const { lines: end } = await api.logs(this.run, { before: PAST_THE_END });
      this.lines = joinLines(this.lines, end);
      this.is_loaded = true;
      while (this.is_on && this.lines.length && this.lines[0].seq > 1) {
        const { lines: older } = await api.logs(this.run, { before: this.lines[0].seq, limit: PAGE });
        if (older.length === 0) break;
        this.lines = joinLines(this.lines, older);
      }
      this.is_complete = true;
    } catch (error) {
      this.is_loaded = true;
      complain('read the log', error, () => void this.loadBackwards());
    }
  }

  private async catchUp(): Promise<void> {
    for (;;) {
      const { lines } = await api.logs(this.run, { after: this.lines.at(-1)?.seq ?? 0 }).catch(() => ({ lines: [] }));
      this.lines = joinLines(this.lines, lines);
      if (lines.length === 0 || !this.is_on) return;
    }
  }
}
