import { describe, expect, it } from 'vitest';
import { foldRun, foldSummary, joinEvents, summaryOf } from '../src/pure/fold';
import type { EventBody, RunEvent, RunSummary, Task } from '../src/pure/types';

const task = (id: number, needs: number[] = []): Task => ({ id, description: `task ${id}`, needs, checks: [] });
const shot = { blob: 'ab', width: 1280, height: 800 };

function events(...bodies: EventBody[]): RunEvent[] {
  return bodies.map((body, i) => ({ run: 'r', seq: i + 1, at_ms: 1000 + i * 10, ...body }));
}
const ASKED: EventBody = { event: 'asked', request: { text: 'compute' } };
const CLAIMED: EventBody = { event: 'claimed', holder: 'w', attempt: 1 };
const PLANNED: EventBody = { event: 'planned', graph: [task(1), task(2, [1])] };
const STARTED: EventBody = { event: 'task_started', task: 1, attempt: 1, pid: 7 };
const STEPPED: EventBody = {
  event: 'stepped',
  task: 1,
  attempt: 1,
  did: 'press',
  why: 'go',
  action: null,
  aim: null,
  changed: null,
  before: shot,
  after: shot,
  took_ms: 5,
};
const JUDGED: EventBody = {
  event: 'judged',
  task: 1,
  attempt: 1,
  verdicts: [{ check: 'x', outcome: 'pass', evidence: { says: 'y', witness: true } }],
  shot,
};
const ended = (id: number, state: 'passed' | 'failed' | 'skipped'): EventBody => ({
  event: 'task_ended',
  task: id,
  attempt: 1,
  state,
  reason: null,
  answer: null,
});
const FINISHED: EventBody = { event: 'finished', state: 'passed', reason: null, hint: null, answer: '100' };

describe('a run folded from its events', () => {
  it('reads the graph bare and wrapped', () => {
    const wrapped: EventBody = { event: 'planned', graph: { tasks: [task(1), task(2)] } };
    expect(foldRun(events(ASKED, PLANNED)).tasks).toHaveLength(2);
    expect(foldRun(events(ASKED, wrapped)).tasks).toHaveLength(2);
  });
  it('collects steps and verdicts under their task and try', () => {
    const view = foldRun(events(ASKED, CLAIMED, PLANNED, STARTED, STEPPED, JUDGED, ended(1, 'passed')));
    const [first, second] = view.tasks;
    expect([first.state, second.state, view.state]).toEqual(['passed', 'waiting', 'running']);
    expect(first.attempts[0].steps.map((s) => s.did)).toEqual(['press']);
    expect(first.attempts[0].verdicts).toHaveLength(1);
    expect(view.first_action_ms).toBe(1040);
  });
  it('keeps what was tried before a plan that is made again', () => {
    const view = foldRun(
      events(
        ASKED,
        PLANNED,
        STARTED,
        STEPPED,
        { event: 'requeued', reason: 'lost', not_before_ms: null },
        PLANNED,
        STARTED,
      ),
    );
    expect(view.tasks[0].attempts).toHaveLength(2);
    expect(view.tasks[0].state).toBe('running');
  });
  it('leaves no task running in a run that has ended', () => {
    const view = foldRun(events(ASKED, PLANNED, STARTED, { event: 'interrupted', holder: 'w' }));
    expect(view.tasks[0].state).toBe('failed');
  });
  it('takes a task that was skipped without a try', () => {
    expect(foldRun(events(ASKED, PLANNED, ended(2, 'skipped'))).tasks[1]).toMatchObject({
      state: 'skipped',
      attempts: [],
    });
  });
});

describe('a summary folded from events', () => {
  function after(...bodies: EventBody[]): RunSummary {
    const [first, ...rest] = events(ASKED, ...bodies);
    return rest.reduce(foldSummary, summaryOf(first as never));
  }
  const check = (bodies: EventBody[], expected: Partial<RunSummary>) =>
    expect(after(...bodies)).toMatchObject(expected);
  it('follows the life of a run', () => {
    check([], { state: 'queued', text: 'compute', tasks: 0 });
    check([CLAIMED], { state: 'running', began_ms: 1010 });
    check([CLAIMED, PLANNED, STARTED, ended(1, 'passed')], { tasks: 2, tasks_passed: 1 });
    check([CLAIMED, PLANNED, FINISHED], { state: 'passed', answer: '100', ended_ms: 1030 });
    check([CLAIMED, { event: 'signalled', signal: 'cancel' }], { signal: 'cancel', state: 'running' });
    check([CLAIMED, { event: 'paused' }], { state: 'paused', signal: null });
    check([CLAIMED, { event: 'requeued', reason: 'lost', not_before_ms: 9 }], { state: 'queued', not_before_ms: 9 });
  });
  it('opens a question and closes it when it is answered', () => {
    const question: EventBody = { event: 'question', task: 1, question: 'Overwrite?', options: ['yes', 'no'] };
    check([CLAIMED, question], {
      state: 'waiting',
      question: { id: 3, question: 'Overwrite?', options: ['yes', 'no'] },
    });
    check([CLAIMED, question, { event: 'answered', question: 3, answer: 'yes' }], { state: 'running', question: null });
  });
  it('counts every event as a sign of life', () => check([CLAIMED, PLANNED], { beat_ms: 1020 }));
});

describe('joining events', () => {
  const all = events(ASKED, CLAIMED, PLANNED, STARTED);
  it('drops what is there already', () => {
    expect(joinEvents(all.slice(0, 3), all.slice(1))).toEqual(all);
    expect(joinEvents(all, all.slice(0, 2))).toBe(all);
  });
  it('notices a gap', () => expect(joinEvents(all.slice(0, 1), all.slice(2))).toBeNull());
});
