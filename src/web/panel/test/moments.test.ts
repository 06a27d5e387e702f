import { describe, expect, it } from 'vitest';
import { foldRun } from '../src/pure/fold';
import { bandsOf, barHeights, closeUp, momentsOf } from '../src/pure/moments';
import type { EventBody, RunEvent, Verdict } from '../src/pure/types';

const shot = (blob: string) => ({ blob, width: 1280, height: 800 });
const step = (task: number, attempt: number, did: string, took_ms = 10): EventBody => ({
  event: 'stepped',
  task,
  attempt,
  did,
  why: '',
  action: null,
  aim: [1, 2, 3, 4],
  changed: null,
  before: shot('a'),
  after: shot(did),
  took_ms,
});
const judged = (task: number, attempt: number, ...outcomes: Verdict['outcome'][]): EventBody => ({
  event: 'judged',
  task,
  attempt,
  shot: shot('last'),
  verdicts: outcomes.map((outcome) => ({ check: 'c', outcome, evidence: { says: 's', witness: false } })),
});
const started = (task: number, attempt: number): EventBody => ({ event: 'task_started', task, attempt, pid: 1 });
const PLAN: EventBody = {
  event: 'planned',
  graph: [1, 2].map((id) => ({ id, description: `t${id}`, needs: [], checks: [] })),
};

function moments(...bodies: EventBody[]) {
  const events: RunEvent[] = [PLAN, ...bodies].map((b, i) => ({ run: 'r', seq: i + 1, at_ms: i * 100, ...b }));
  return momentsOf(foldRun(events));
}

describe('the steps of the time machine', () => {
  it('are in order of time over all tasks and tries', () => {
    const all = moments(
      started(1, 1),
      step(1, 1, 'a'),
      judged(1, 1, 'fail'),
      started(2, 1),
      step(2, 1, 'b'),
      started(1, 2),
      step(1, 2, 'c'),
      judged(1, 2, 'pass'),
    );
    expect(all.map((m) => `${m.index}:${m.task}.${m.attempt} ${m.did}`)).toEqual([
      '0:1.1 a',
      '1:1.1 looked again: not done',
      '2:2.1 b',
      '3:1.2 c',
      '4:1.2 looked again: done',
    ]);
    expect(bandsOf(all).map((b) => [b.task, b.attempt, b.from, b.count])).toEqual([
      [1, 1, 0, 2],
      [2, 1, 2, 1],
      [1, 2, 3, 2],
    ]);
  });
  it('show a judgement against what the last step left', () => {
    const [, judgement] = moments(started(1, 1), step(1, 1, 'a'), judged(1, 1, 'unsure', 'pass'));
    expect(judgement).toMatchObject({
      kind: 'judged',
      did: 'looked again: not sure',
      before: shot('a'),
      after: shot('last'),
      took_ms: 100,
    });
  });
  it('hold what was refused, which has no pictures', () => {
    const [refused] = moments(started(1, 1), { event: 'refused', task: 1, attempt: 1, what: 'press', why: 'policy' });
    expect(refused).toMatchObject({ kind: 'refused', did: 'press', refused: 'policy', before: null, after: null });
  });
  it('have bars that tell milliseconds from seconds', () => {
    const [quick, slow] = barHeights(moments(started(1, 1), step(1, 1, 'a', 1), step(1, 1, 'b', 9999)));
    expect(slow).toBeCloseTo(1);
    expect(quick).toBeGreaterThan(0.12);
    expect(quick).toBeLessThan(0.3);
  });
});

describe('the close-up', () => {
  const check = (boxes: [number, number, number, number][], expected: number[]) =>
    expect(closeUp(boxes, 1280, 800)).toEqual(expected);
  it('keeps the proportions and stays on the picture', () => {
    check([], [0, 0, 1280, 800]);
    check([[0, 0, 10, 10]], [0, 0, 320, 200]);
    check([[1270, 790, 10, 10]], [960, 600, 320, 200]);
    check([[0, 0, 1280, 800]], [0, 0, 1280, 800]);
    check([[600, 380, 80, 40]], [480, 300, 320, 200]);
  });
});
