// What goes over the wire, as the daemon writes it. Times are milliseconds since the Unix epoch, boxes are
// [x, y, width, height] in pixels of the picture they belong to.

export type RunState =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'paused'
  | 'passed'
  | 'failed'
  | 'unstartable'
  | 'asking'
  | 'refused'
  | 'cancelled'
  | 'interrupted';
export type TaskState = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped';
export type Right = 'look' | 'ask' | 'watch' | 'approve' | 'stop' | 'manage';
export type Box = [number, number, number, number];
export type Signal = 'cancel' | 'pause' | 'resume';

export interface OpenQuestion {
  id: number;
  question: string;
  options: string[];
}

export interface RunSummary {
  run: string;
  text: string;
  state: RunState;
  lane: string;
  priority: number;
  attempt: number;
  attempts: number;
  origin: string;
  template: string | null;
  parent: string | null;
  asked_ms: number;
  began_ms: number | null;
  ended_ms: number | null;
  beat_ms: number | null;
  not_before_ms: number | null;
  tasks: number;
  tasks_passed: number;
  reason: string | null;
  hint: string | null;
  answer: string | null;
  signal: string | null;
  question: OpenQuestion | null;
}

export type Desktop =
  null | { given: string } | { private: { width: number; height: number } } | { started: { name: string | null } };

export interface NewRun {
  text: string;
  desktop: Desktop;
  lane?: string;
  priority?: number;
  attempts?: number;
  yes?: boolean;
  timeout_ms?: number;
}

export interface Shot {
  blob: string;
  width: number;
  height: number;
}
export interface Evidence {
  says: string;
  witness: boolean;
  box?: Box;
  [more: string]: unknown;
}
/** `check` is a sentence, or the check itself as the planner wrote it. */
export interface Verdict {
  check: unknown;
  outcome: 'pass' | 'fail' | 'unsure';
  evidence: Evidence;
}

export interface Task {
  id: number;
  description: string;
  agent?: string;
  kind?: string;
  goal?: unknown;
  needs: number[];
  checks: unknown[];
  timeout_ms?: number;
  retry?: unknown;
}
/** The planner's graph goes over the wire as a bare list in events and wrapped in answers; both are read. */
export type Graph = { tasks: Task[] } | Task[];

export interface Terms {
  lane: string;
  priority: number;
  attempts: number;
  origin: string;
  parent: string | null;
  not_before_ms: number | null;
}
export interface EventBase {
  run: string;
  seq: number;
  at_ms: number;
}
export type EventBody =
  | { event: 'asked'; request: { text?: string; [more: string]: unknown }; terms?: Partial<Terms> }
  | { event: 'claimed'; holder: string; attempt?: number }
  | { event: 'planned'; graph: Graph }
  | { event: 'desktop_ready'; display: string; width: number; height: number; private: boolean }
  | { event: 'task_started'; task: number; attempt: number; pid: number }
  | { event: 'agent_ready'; task: number; attempt: number; spawn_cpu_ms?: number }
  | Stepped
  | { event: 'refused'; task: number; attempt: number; what: string; why: string }
  | { event: 'question'; task: number | null; question: string; options: string[] }
  | { event: 'answered'; question: number; answer: string; by?: string }
  | { event: 'judged'; task: number; attempt: number; verdicts: Verdict[]; shot: Shot | null }
  | {
      event: 'task_ended';
      task: number;
      attempt: number;
      state: TaskState;
      reason: string | null;
      answer: string | null;
    }
  | { event: 'signalled'; signal: Signal; by?: string }
  | { event: 'paused' }
  | { event: 'resumed' }
  | { event: 'requeued'; reason: string; not_before_ms: number | null; counted?: boolean }
  | { event: 'interrupted'; holder: string }
  | { event: 'artifact'; task: number | null; name: string; media: string; bytes: number; blob: string }
  | { event: 'finished'; state: RunState; reason: string | null; hint: string | null; answer: string | null };

export interface Stepped {
  event: 'stepped';
  task: number;
  attempt: number;
  did: string;
  why: string;
  action: unknown;
  aim: Box | null;
  changed: Box | null;
  before: Shot | null;
  after: Shot | null;
  took_ms: number;
}
export type RunEvent = EventBase & EventBody;

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export interface LogLine {
  run: string;
  seq: number;
  at_ms: number;
  level: LogLevel;
  source: string;
  text: string;
}

export interface Artifact {
  blob: string;
  name: string;
  media: string;
  bytes: number;
  at_ms: number;
  task: number | null;
  kind: 'picture' | 'file';
}

export interface Lane {
  lane: string;
  limit: number;
  queued: number;
  running: number;
  waiting: number;
  is_paused: boolean;
  /** Whether it has a limit of its own. */
  is_named: boolean;
}
export interface Worker {
  pid: number;
  state: 'idle' | 'busy' | 'starting';
  run: string | null;
  since_ms: number;
}
export interface Board {
  lanes: Lane[];
  workers: Worker[];
  runs: RunSummary[];
}

export interface Session {
  device: { id: string; name: string; may: Right[] };
  version: string;
  panel_password: boolean;
  /** Whether the service has a display that people use. */
  has_display: boolean;
}

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}
export interface TemplateSummary {
  name: string;
  title: string;
  description: string;
  steps: number;
  builtin: boolean;
}
export interface TemplateStep {
  id: string;
  kind: string;
  title: string;
  needs: string[];
  [more: string]: unknown;
}
export interface Template {
  name: string;
  title: string;
  description: string;
  parameters: Schema;
  steps: TemplateStep[];
  source: string;
  builtin: boolean;
}
export type When = { cron: string } | { file: string } | { webhook: true };
export interface Schedule {
  id: string | number;
  template: string;
  parameters: Record<string, unknown>;
  when: When;
  is_on: boolean;
  next_ms: number | null;
  last_run: string | null;
  /** Why it started nothing the last time. */
  fault?: string | null;
  /** What calls of a webhook are signed with; told once, when it is made. */
  secret?: string;
}

export interface PastRequest {
  text: string;
  runs: number;
  passed: number;
  last_ms: number;
}
export interface Memory {
  requests: PastRequest[];
  lines: { kept: number; most: number };
  store: { bytes: number; runs: number; events: number; blobs: number; blob_bytes: number };
}
export interface Model {
  name: string;
  what: string;
  bytes: number;
  licence: string;
  source: string;
  present: boolean;
}
export interface Device {
  id: string;
  name: string;
  may: Right[];
  paired_ms: number;
  seen_ms: number | null;
  expires_ms: number | null;
  is_this: boolean;
}
export interface Pairing {
  code: string;
  url: string;
  svg: string;
  fingerprint: string | null;
  expires_ms: number;
}
export interface Setting {
  value: unknown;
  default: unknown;
  about: string;
  /** Where the value comes from; services before settings could be changed do not say. */
  from?: 'default' | 'file' | 'environment';
}
export interface NamedSecret {
  name: string;
  set_ms: number;
}
export interface Settings {
  file: string | null;
  settings: Record<string, Record<string, Setting>>;
}
export interface DoctorCheck {
  name: string;
  state: 'ok' | 'warn' | 'lack';
  says: string;
  fix: string | null;
}
export interface MetricsHistory {
  at_ms: number[];
  series: Record<string, (number | null)[]>;
}
export type Plan = { graph: Graph } | { question: string; options: string[] };
