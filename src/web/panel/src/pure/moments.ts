import type { AttemptView, RunView, StepView, TaskView } from './fold';
import type { Box, Shot, Verdict } from './types';

/** One place on the time machine's scrubber: a step, a step that was not granted, or a judgement. */
export interface Moment {
  index: number;
  kind: 'step' | 'refused' | 'judged';
  task: number;
  title: string;
  attempt: number;
  at_ms: number;
  took_ms: number;
  did: string;
  why: string;
  action: unknown;
  refused: string | null;
  aim: Box | null;
  changed: Box | null;
  before: Shot | null;
  after: Shot | null;
  verdicts: Verdict[];
  /** Of a moment without pictures: the nearest one that was taken, and how many moments away, before (-) or after it. */
  borrowed: { shot: Shot; away: number } | null;
}

/** All moments of a run in the order in which they happened, over all tasks and attempts. */
export function momentsOf(view: RunView): Moment[] {
  const moments = view.tasks.flatMap((task) => task.attempts.flatMap((attempt) => ofAttempt(task, attempt)));
  moments.sort((a, b) => a.at_ms - b.at_ms);
  return moments.map((moment, index) => ({ ...moment, index, borrowed: borrow(moments, index) }));
}

function borrow(moments: readonly Moment[], at: number): Moment['borrowed'] {
  if (moments[at].before || moments[at].after) return null;
  for (let away = 1; away < moments.length; away++) {
    const [earlier, later] = [moments[at - away], moments[at + away]];
    const left = earlier?.after ?? earlier?.before;
    if (left) return { shot: left, away: -away };
    const right = later?.before ?? later?.after;
    if (right) return { shot: right, away };
  }
  return null;
}

function ofAttempt(task: TaskView, attempt: AttemptView): Moment[] {
  const moments = attempt.steps.map((step) => ofStep(task, attempt, step));
  if (attempt.verdicts.length || attempt.verdict_shot) moments.push(ofJudgement(task, attempt));
  return moments;
}

function ofStep(task: TaskView, attempt: AttemptView, step: StepView): Moment {
  const { at_ms, took_ms, did, why, action, refused, aim, changed, before, after } = step;
  return {
    index: 0,
    kind: refused === null ? 'step' : 'refused',
    task: task.task.id,
    title: task.task.description,
    attempt: attempt.number,
    at_ms,
    took_ms,
    did,
    why,
    action,
    refused,
    aim,
    changed,
    before,
    after,
    verdicts: [],
    borrowed: null,
  };
}

function ofJudgement(task: TaskView, attempt: AttemptView): Moment {
  const last = attempt.steps.at(-1);
  const at_ms = attempt.judged_ms ?? attempt.ended_ms ?? attempt.began_ms;
  return {
    index: 0,
    kind: 'judged',
    task: task.task.id,
    title: task.task.description,
    attempt: attempt.number,
    at_ms,
    took_ms: Math.max(0, at_ms - (last?.at_ms ?? attempt.began_ms)),
    did: judgement(attempt.verdicts),
    why: '',
    action: null,
    refused: null,
    aim: null,
    changed: null,
    before: last?.after ?? last?.before ?? null,
    after: attempt.verdict_shot,
    verdicts: attempt.verdicts,
    borrowed: null,
  };
}

function judgement(verdicts: Verdict[]): string {
  // A try that gave up has nothing to be judged, only a last picture.
  if (verdicts.length === 0) return 'gave this try up';
  if (verdicts.some((v) => v.outcome === 'fail')) return 'looked again: not done';
  if (verdicts.some((v) => v.outcome === 'unsure')) return 'looked again: not sure';
  return 'looked again: done';
}

/** Consecutive moments of one attempt at one task: a band under the scrubber. */
export interface Band {
  task: number;
  title: string;
  attempt: number;
  from: number;
  count: number;
}

export function bandsOf(moments: readonly Moment[]): Band[] {
  const bands: Band[] = [];
  for (const { task, attempt, title, index } of moments) {
    const last = bands.at(-1);
    if (last && last.task === task && last.attempt === attempt) last.count += 1;
    else bands.push({ task, title, attempt, from: index, count: 1 });
  }
  return bands;
}

/** The part of a picture that holds `boxes` with room around them, in the picture's own proportions. */
export function closeUp(boxes: readonly Box[], width: number, height: number): Box {
  if (!boxes.length) return [0, 0, width, height];
  const left = Math.min(...boxes.map((b) => b[0]));
  const top = Math.min(...boxes.map((b) => b[1]));
  const right = Math.max(...boxes.map((b) => b[0] + b[2]));
  const bottom = Math.max(...boxes.map((b) => b[1] + b[3]));
  // Below a quarter of the picture one sees pixels, not a place.
  const scale = Math.min(1, Math.max(0.25, ((right - left) * 1.6) / width, ((bottom - top) * 1.6) / height));
  const [w, h] = [width * scale, height * scale];
  const x = Math.min(Math.max(0, (left + right - w) / 2), width - w);
  const y = Math.min(Math.max(0, (top + bottom - h) / 2), height - h);
  return [x, y, w, h];
}

/** How high each bar of the scrubber stands, in [0.12, 1]: times spread over decades, so by their logarithm. */
export function barHeights(moments: readonly Moment[]): number[] {
  const logs = moments.map((m) => Math.log10(1 + m.took_ms));
  const most = Math.max(1, ...logs);
  return logs.map((l) => 0.12 + 0.88 * (l / most));
}
