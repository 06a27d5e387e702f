import { isOver } from './states';
import type { Lane, RunSummary } from './types';

export interface Sorted {
  /** Lanes in which something is queued or lives, with these runs. */
  busy: { lane: Lane; runs: RunSummary[] }[];
  /** Lanes that one may want to know of although nothing is in them: paused ones, and those with a limit of their own. */
  quiet: Lane[];
  ended: RunSummary[];
}

/** Where each run stands on the board. */
export function sortLanes(lanes: readonly Lane[], runs: readonly RunSummary[]): Sorted {
  const lively = new Map<string, RunSummary[]>();
  for (const run of runs) if (!isOver(run.state)) lively.set(run.lane, [...(lively.get(run.lane) ?? []), run]);
  // A run whose lane the daemon does not list is still a run.
  const unlisted = [...lively.keys()].filter((name) => !lanes.some((l) => l.lane === name));
  const all = [
    ...lanes,
    ...unlisted.map((lane) => ({
      lane,
      limit: 0,
      queued: 0,
      running: 0,
      waiting: 0,
      is_paused: false,
      is_named: false,
    })),
  ];
  return {
    busy: all.flatMap((lane) => (lively.has(lane.lane) ? [{ lane, runs: lively.get(lane.lane)! }] : [])),
    quiet: all.filter((l) => !lively.has(l.lane) && (l.is_paused || l.is_named)),
    ended: runs.filter((r) => isOver(r.state)),
  };
}
