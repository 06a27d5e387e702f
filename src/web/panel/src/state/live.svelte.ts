import { foldSummary, summaryOf } from '../pure/fold';
import { isOver } from '../pure/states';
import type { Lane, Right, RunEvent, RunSummary, Session, Worker } from '../pure/types';
import * as api from './api';
import { setDaemonTime } from './clock.svelte';
import { listen } from './stream';
import { complain } from './toasts.svelte';

// What the whole panel knows: the session, the board, and the one stream that keeps it true.

export const live = $state({
  session: null as Session | null,
  is_signed_out: false,
  pairing_code: '',
  /** What the login page says of why one is there. */
  why_out: '',
  is_connected: true,
  has_board: false,
  lanes: [] as Lane[],
  workers: [] as Worker[],
});

// Summaries are replaced, never changed, so that what shows one is drawn again only when it changed.
let runs = $state.raw<ReadonlyMap<string, RunSummary>>(new Map());

export const allRuns = () => runs;
export const runOf = (run: string) => runs.get(run);
export const may = (right: Right) => live.session?.device.may.includes(right) ?? false;
/** Runs that wait for an answer, the longest waiting first. */
export const openQuestions = () =>
  [...runs.values()].filter((r) => r.question && !isOver(r.state)).sort((a, b) => a.run.localeCompare(b.run));

/** Takes over what an answer of the daemon says of runs. */
export function learn(...summaries: RunSummary[]): void {
  const next = new Map(runs);
  for (const summary of summaries) next.set(summary.run, summary);
  runs = next;
}

export function forget(run: string): void {
  const next = new Map(runs);
  next.delete(run);
  runs = next;
}

export interface Follows {
  event?(events: RunEvent[]): void;
  sync?(): void;
}
const followers = new Set<Follows>();
/** Hands every batch of events to `follows` until the returned function is called. */
export function follow(follows: Follows): () => void {
  followers.add(follows);
  return () => followers.delete(follows);
}

export async function refreshBoard(): Promise<void> {
  const board = await api.board();
  live.lanes = board.lanes;
  live.workers = board.workers;
  live.has_board = true;
  const fresh = new Set(board.runs.map((r) => r.run));
  // A run that lives here but not there has ended and dropped out of the last fifty, or was deleted.
  const kept = [...runs.values()].filter((r) => isOver(r.state) && !fresh.has(r.run));
  runs = new Map([...kept, ...board.runs].map((r) => [r.run, r]));
}

let refresh_timer = 0;
/** Events say what happened, not everything that follows from it (ids of questions, lanes, origins): asks for the rest. */
function refreshSoon(): void {
  clearTimeout(refresh_timer);
  refresh_timer = window.setTimeout(() => void refreshBoard().catch(() => {}), 300);
}

const TELLING = new Set([
  'asked',
  'claimed',
  'question',
  'answered',
  'paused',
  'resumed',
  'requeued',
  'interrupted',
  'finished',
]);

let batch: RunEvent[] = [];
function take(event: RunEvent): void {
  batch.push(event);
  // One drawing for a burst. A hidden tab gets no frames, yet must notice questions.
  if (batch.length === 1) setTimeout(takeBatch, 30);
}

function takeBatch(): void {
  const events = batch;
  batch = [];
  const next = new Map(runs);
  for (const event of events) {
    const known = next.get(event.run) ?? (event.event === 'asked' ? summaryOf(event) : undefined);
    if (known) next.set(event.run, foldSummary(known, event));
  }
  runs = next;
  if (events.some((e) => TELLING.has(e.event) || !next.has(e.run))) refreshSoon();
  for (const follows of followers) follows.event?.(events);
}

function syncAll(): void {
  void refreshBoard().catch((error) => complain('read the board anew', error, syncAll));
  for (const follows of followers) follows.sync?.();
}

let stop = () => {};

/** Learns who this is and starts to listen. */
export async function begin(): Promise<void> {
  try {
    live.session = await api.session();
    live.is_signed_out = false;
    live.pairing_code = '';
    live.why_out = '';
    localStorage.setItem(WAS_IN, '1');
  } catch (error) {
    if (error instanceof api.ApiError && error.status === 401) signedOut();
    else {
      live.is_connected = false;
      setTimeout(begin, 2000);
    }
    return;
  }
  stop();
  stop = listen(api.streamOf({}), {
    event: take,
    board: ({ lanes, workers }) => Object.assign(live, { lanes, workers }),
    heartbeat: setDaemonTime,
    sync: syncAll,
    connected: (is_connected) => {
      if (!is_connected) void whoAmI();
      live.is_connected = is_connected;
    },
  });
  syncAll();
}

/** An EventSource does not say why it failed; a session that has ended must lead to the login page. */
async function whoAmI(): Promise<void> {
  const error = await api.session().then(
    () => null,
    (e: unknown) => e,
  );
  if (error instanceof api.ApiError && error.status === 401) signedOut();
}

const WAS_IN = 'guardian.was_in';
const SHUT_OUT =
  'This device was signed out: its access was revoked, or has run out. ' +
  'Whoever may manage can pair it anew, under Devices on another one.';

/** Leads to the login page, which says why to whoever was in before. */
function signedOut(): void {
  if (localStorage.getItem(WAS_IN)) live.why_out ||= SHUT_OUT;
  stop();
  live.session = null;
  live.is_signed_out = true;
}
api.whenSignedOut(signedOut);

export async function leave(): Promise<void> {
  await api.signOut();
  localStorage.removeItem(WAS_IN);
  runs = new Map();
  signedOut();
}

// Leases are renewed without events, so beats are asked for while something runs and somebody looks.
setInterval(() => {
  const runs_now = [...runs.values()].some((r) => r.state === 'running' || r.state === 'waiting');
  if (runs_now && live.is_connected && !live.is_signed_out && !document.hidden) void refreshBoard().catch(() => {});
}, 4000);
