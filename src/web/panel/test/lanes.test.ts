import { expect, it } from 'vitest';
import { summaryOf } from '../src/pure/fold';
import { sortLanes } from '../src/pure/lanes';
import type { RunState } from '../src/pure/types';

const run = (id: string, lane: string, state: RunState) => ({
  ...summaryOf({ event: 'asked', run: id, seq: 1, at_ms: 0, request: {}, terms: { lane } }),
  state,
});
const lane = (name: string, is_paused = false, is_named = false) => ({
  lane: name,
  limit: 4,
  queued: 0,
  running: 0,
  waiting: 0,
  is_paused,
  is_named,
});

it('gives a column to what lives, a line to what one may want to know, and none to what is empty', () => {
  const lanes = [lane('default'), lane('desktop', false, true), lane('empty'), lane('held', true)];
  const runs = [run('a', 'default', 'running'), run('b', 'flows', 'passed'), run('c', 'new', 'queued')];
  const { busy, quiet, ended } = sortLanes(lanes, runs);
  expect(busy.map((b) => [b.lane.lane, b.runs.map((r) => r.run)])).toEqual([
    ['default', ['a']],
    ['new', ['c']],
  ]);
  expect(quiet.map((l) => l.lane)).toEqual(['desktop', 'held']);
  expect(ended.map((r) => r.run)).toEqual(['b']);
});
