import type { Graph, RunEvent, RunState, RunSummary, Shot, Stepped, Task, TaskState, Verdict } from './types';

// Events are the only state: everything the panel shows of a run is a fold of them, as in the daemon.

export type StepView = Omit<Stepped, 'event' | 'task' | 'attempt'> & {
  seq: number;
  at_ms: number;
  refused: string | null;
};
export interface AttemptView {
  number: number;
  began_ms: number;
  ended_ms: number | null;
  reason: string | null;
  steps: StepView[];
  verdicts: Verdict[];
  verdict_shot: Shot | null;
  judged_ms: number | null;
}
export interface TaskView {
  task: Task;
  state: TaskState;
  reason: string | null;
  answer: string | null;
  attempts: AttemptView[];
}
export interface RunView {
  state: RunState | null;
  display: { display: string; width: number; height: number; private: boolean } | null;
  tasks: TaskView[];
  first_action_ms: number | null;
  last_seq: number;
}

export function tasksOf(graph: Graph): Task[] {
  return Array.isArray(graph) ? graph : graph.tasks;
}

/** Everything known of a run after `events`, which are in the order of their `seq`. */
export function foldRun(events: readonly RunEvent[]): RunView {
  const view: RunView = { state: null, display: null, tasks: [], first_action_ms: null, last_seq: 0 };
  for (const event of events) apply(view, event);
  return view;
}

function apply(view: RunView, event: RunEvent): void {
  view.last_seq = event.seq;
  view.state = stateAfter(view.state, event);
  switch (event.event) {
    case 'planned':
      view.tasks = replan(view.tasks, tasksOf(event.graph));
      break;
    case 'desktop_ready':
      view.display = { display: event.display, width: event.width, height: event.height, private: event.private };
      break;
    case 'finished':
    case 'interrupted':
      // Nobody will end these any more.
      for (const task of view.tasks) if (task.state === 'running') task.state = 'failed';
      break;
    case 'task_started':
    case 'stepped':
    case 'refused':
    case 'judged':
    case 'task_ended':
      applyToTask(view, event);
      break;
  }
}

type TaskEvent = Extract<RunEvent, { event: 'task_started' | 'stepped' | 'refused' | 'judged' | 'task_ended' }>;

function applyToTask(view: RunView, event: TaskEvent): void {
  const found = view.tasks.find((t) => t.task.id === event.task);
  if (!found) return;
  if (event.event === 'task_ended') {
    endTask(found, event);
    return;
  }
  if (event.event === 'task_started') {
    found.state = 'running';
    found.attempts.push(newAttempt(event.attempt, event.at_ms));
    return;
  }
  if (found.attempts.length === 0) found.attempts.push(newAttempt(event.attempt, event.at_ms));
  const attempt = found.attempts[found.attempts.length - 1];
  if (event.event === 'judged') {
    attempt.verdicts = event.verdicts;
    attempt.verdict_shot = event.shot;
    attempt.judged_ms = event.at_ms;
    return;
  }
  if (event.event === 'stepped') view.first_action_ms ??= event.at_ms;
  attempt.steps.push(event.event === 'stepped' ? stepOf(event) : refusalOf(event));
}

function endTask(found: TaskView, event: Extract<RunEvent, { event: 'task_ended' }>): void {
  const last = found.attempts.at(-1);
  if (last) {
    last.ended_ms = event.at_ms;
    last.reason = event.reason;
  }
  found.state = event.state;
  found.reason = event.reason;
  found.answer = event.answer;
}

/** A run that is taken up again may plan anew; what was tried before stays to be looked at. */
function replan(old: TaskView[], tasks: Task[]): TaskView[] {
  return tasks.map((task) => ({
    task,
    state: 'waiting',
    reason: null,
    answer: null,
    attempts: old.find((t) => t.task.id === task.id && t.task.description === task.description)?.attempts ?? [],
  }));
}

function newAttempt(number: number, began_ms: number): AttemptView {
  return {
    number,
    began_ms,
    ended_ms: null,
    reason: null,
    steps: [],
    verdicts: [],
    verdict_shot: null,
    judged_ms: null,
  };
}

function stepOf(event: Stepped & { seq: number; at_ms: number }): StepView {
  const { seq, at_ms, did, why, action, aim, changed, before, after, took_ms } = event;
  return { seq, at_ms, did, why, action, aim, changed, before, after, took_ms, refused: null };
}

function refusalOf(event: Extract<RunEvent, { event: 'refused' }>): StepView {
  const nothing = { action: null, aim: null, changed: null, before: null, after: null, took_ms: 0 };
  return { ...nothing, seq: event.seq, at_ms: event.at_ms, did: event.what, why: '', refused: event.why };
}

function stateAfter(state: RunState | null, event: RunEvent): RunState | null {
  switch (event.event) {
    case 'asked':
      return 'queued';
    case 'requeued':
      return 'queued';
    case 'claimed':
    case 'answered':
    case 'resumed':
      return 'running';
    case 'question':
      return 'waiting';
    case 'paused':
      return 'paused';
    case 'interrupted':
      return 'interrupted';
    case 'finished':
      return event.state;
    default:
      return state;
  }
}

/** The summary of a run of which only its first event is known. */
export function summaryOf(event: Extract<RunEvent, { event: 'asked' }>): RunSummary {
  const {
    lane = 'desktop',
    priority = 0,
    attempts = 1,
    origin = '',
    parent = null,
    not_before_ms = null,
  } = event.terms ?? {};
  return {
    run: event.run,
    text: event.request.text ?? '',
    state: 'queued',
    lane,
    priority,
    attempt: 1,
    attempts,
    origin,
    template: null,
    parent,
    asked_ms: event.at_ms,
    began_ms: null,
    ended_ms: null,
    beat_ms: null,
    not_before_ms,
    tasks: 0,
    tasks_passed: 0,
    reason: null,
    hint: null,
    answer: null,
    signal: null,
    question: null,
  };
}

/** `summary` after `event`; the daemon's own summary, fetched soon after, has the last word. */
export function foldSummary(summary: RunSummary, event: RunEvent): RunSummary {
  const state = stateAfter(summary.state, event) ?? summary.state;
  const next: RunSummary = { ...summary, state, beat_ms: Math.max(summary.beat_ms ?? 0, event.at_ms) };
  switch (event.event) {
    case 'claimed':
      return {
        ...next,
        began_ms: summary.began_ms ?? event.at_ms,
        attempt: event.attempt ?? summary.attempt,
        not_before_ms: null,
      };
    case 'planned':
      return { ...next, tasks: tasksOf(event.graph).length, tasks_passed: 0 };
    case 'task_ended':
      return event.state === 'passed'
        ? { ...next, tasks_passed: Math.min(summary.tasks, summary.tasks_passed + 1) }
        : next;
    case 'question':
      // The daemon numbers questions by the event that asked them.
      return { ...next, question: { id: event.seq, question: event.question, options: event.options } };
    case 'answered':
      return { ...next, question: null };
    case 'signalled':
      return { ...next, signal: event.signal === 'resume' ? null : event.signal };
    case 'paused':
    case 'resumed':
      return { ...next, signal: null };
    case 'requeued':
      return { ...next, question: null, signal: null, reason: event.reason, not_before_ms: event.not_before_ms };
    case 'interrupted':
      return { ...next, question: null, ended_ms: event.at_ms };
    case 'finished': {
      const { reason, hint, answer } = event;
      return { ...next, reason, hint, answer, ended_ms: event.at_ms, question: null, signal: null };
    }
    default:
      return next;
  }
}

/** `known` with `more` behind it, without what is there already; null where events between the two are missing. */
export function joinEvents(known: readonly RunEvent[], more: readonly RunEvent[]): RunEvent[] | null {
  let last = known.at(-1)?.seq ?? 0;
  const fresh: RunEvent[] = [];
  for (const event of more) {
    if (event.seq <= last) continue;
    if (event.seq !== last + 1) return null;
    fresh.push(event);
    last = event.seq;
  }
  return fresh.length ? [...known, ...fresh] : (known as RunEvent[]);
}
