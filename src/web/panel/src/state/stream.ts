import type { Lane, LogLine, RunEvent, Worker } from '../pure/types';

export interface Hears {
  event?(event: RunEvent): void;
  log?(lines: LogLine[]): void;
  board?(board: { lanes: Lane[]; workers: Worker[] }): void;
  /** The daemon's clock. */
  heartbeat?(at_ms: number): void;
  /** Something may have been missed: what is shown must be fetched anew. */
  sync?(): void;
  connected?(is_connected: boolean): void;
}

/** The daemon says something every ten seconds; silence of this length is a dead connection that nobody reported. */
const SILENCE_MS = 25_000;
const RETRY_MOST_MS = 10_000;

/**
 * Listens to `url` until the returned function is called.
 *
 * After a short cut EventSource comes back by itself and names the last event it heard; where it has given up, or is
 * silent, a new one is opened, which cannot. `sync` says to fetch anew in both cases: lanes and beats have no numbers.
 */
export function listen(url: string, hears: Hears): () => void {
  let source: EventSource | null = null;
  let retry = 0;
  let retry_timer = 0;
  let silence_timer = 0;
  let was_open = false;

  const heard = () => {
    clearTimeout(silence_timer);
    silence_timer = window.setTimeout(reopen, SILENCE_MS);
  };
  const on = <T>(name: string, then?: (data: T) => void) =>
    source?.addEventListener(name, (message) => {
      heard();
      then?.(JSON.parse((message as MessageEvent<string>).data) as T);
    });

  function open() {
    source = new EventSource(url);
    source.onopen = () => {
      heard();
      retry = 0;
      hears.connected?.(true);
      if (was_open) hears.sync?.();
      was_open = true;
    };
    source.onerror = () => {
      hears.connected?.(false);
      if (source?.readyState === EventSource.CLOSED) reopen();
    };
    on<RunEvent>('event', hears.event);
    on<{ lines: LogLine[] }>('log', (data) => hears.log?.(data.lines));
    on<{ lanes: Lane[]; workers: Worker[] }>('board', hears.board);
    on<{ at_ms: number }>('heartbeat', (data) => hears.heartbeat?.(data.at_ms));
    on('sync', () => hears.sync?.());
    heard();
  }

  function reopen() {
    close();
    hears.connected?.(false);
    retry_timer = window.setTimeout(open, Math.min(RETRY_MOST_MS, 500 * 2 ** retry++));
  }

  function close() {
    clearTimeout(silence_timer);
    clearTimeout(retry_timer);
    source?.close();
    source = null;
  }

  // A laptop that wakes up, or a network that comes back, need not wait for the timer.
  const hurry = () => {
    if (source?.readyState === EventSource.OPEN) return;
    retry = 0;
    close();
    open();
  };
  window.addEventListener('online', hurry);
  open();
  return () => {
    window.removeEventListener('online', hurry);
    close();
  };
}
