import type {
  Artifact,
  Board,
  Desktop,
  Device,
  DoctorCheck,
  LogLine,
  Memory,
  MetricsHistory,
  Model,
  NamedSecret,
  NewRun,
  Pairing,
  Plan,
  Right,
  RunEvent,
  RunSummary,
  Schedule,
  Session,
  Settings,
  Template,
  TemplateSummary,
  When,
} from '../pure/types';

const ROOT = '/api/v1';

/** An answer that was a problem (RFC 9457), or no answer at all (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly hint: string | null,
  ) {
    super(detail || title);
  }
}

let onSignedOut = () => {};
/** Calls `then` whenever an answer says that this session is not (or no longer) known. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

type Query = Record<string, string | number | undefined | null>;

function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== '');
  const search = new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString();
  return ROOT + path + (search ? `?${search}` : '');
}

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: 'application/json', ...headers } };
  if (method !== 'GET') init.headers = { ...init.headers, 'X-Guardian': '1' };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, 'Content-Type': 'application/json' };
  }
  const answer = await reach(path.startsWith(ROOT) ? path : ROOT + path, init);
  if (answer.status === 204 || answer.headers.get('content-length') === '0') return undefined as T;
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function reach(url: string, init?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'No answer', 'Guardian cannot be reached.', 'Look whether it runs: `guardian doctor`');
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && !url.endsWith('/session')) onSignedOut();
  const problem = (await answer.json().catch(() => ({}))) as { title?: string; detail?: string; hint?: string };
  throw new ApiError(answer.status, problem.title ?? answer.statusText, problem.detail ?? '', problem.hint ?? null);
}

const get = <T>(path: string, query?: Query) => call<T>('GET', address(path, query));
const post = <T>(path: string, body?: unknown, headers?: Record<string, string>) =>
  call<T>('POST', path, body, headers);

/** Names one wish of a person, so that sending it again after a lost answer does not make a second run. */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
}

const part = encodeURIComponent;

export const session = () => get<Session>('/session');
export const signIn = (by: { token: string } | { password: string } | { code: string; name?: string }) =>
  post<void>('/session', by);
export const signOut = () => call<void>('DELETE', '/session');

export const board = () => get<Board>('/board');
export const setLane = (lane: string, paused: boolean) =>
  post<void>(`/lanes/${part(lane)}/${paused ? 'pause' : 'resume'}`);

export const plan = (text: string) => post<Plan>('/plan', { text });
export const start = (run: NewRun, key: string) => post<RunSummary>('/runs', run, { 'Idempotency-Key': key });
export interface RunsQuery {
  state?: string;
  lane?: string;
  q?: string;
  before?: string;
  limit?: number;
}
export const runs = (query: RunsQuery) => get<{ runs: RunSummary[]; next: string | null }>('/runs', { ...query });
export const run = (id: string) =>
  get<{ summary: RunSummary; report?: { request?: { desktop?: Desktop } | null } }>(`/runs/${id}`);
export const removeRun = (id: string) => call<void>('DELETE', `/runs/${id}`);
export const signal = (id: string, what: 'cancel' | 'pause' | 'resume') => post<RunSummary>(`/runs/${id}/${what}`);
export const answer = (id: string, question: number, said: string) =>
  post<RunSummary>(`/runs/${id}/answer`, { question, answer: said });
export const retry = (id: string, how: { from_task?: number; yes?: boolean } = {}) =>
  post<RunSummary>(`/runs/${id}/retry`, how);

/** All events of a run after `after`. */
export async function events(id: string, after = 0): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for (;;) {
    const { events: page } = await get<{ events: RunEvent[] }>(`/runs/${id}/events`, { after, limit: 500 });
    all.push(...page);
    if (page.length < 500) return all;
    after = page[page.length - 1].seq;
  }
}
export const logs = (id: string, query: { before?: number; after?: number; limit?: number }) =>
  get<{ lines: LogLine[]; last: number }>(`/runs/${id}/logs`, { limit: 1000, ...query });
export const logsExport = (id: string, format: 'text' | 'json') => address(`/runs/${id}/logs/export`, { format });

export const artifacts = (id: string) =>
  get<{ artifacts: Artifact[] }>(`/runs/${id}/artifacts`).then((a) => a.artifacts);
export const removeArtifact = (id: string, blob: string) => call<void>('DELETE', `/runs/${id}/artifacts/${blob}`);
export const blob = (name: string) => address(`/blobs/${name}`);
export const blobDownload = (name: string) => address(`/blobs/${name}`, { download: 1 });
export const blobText = async (name: string) => (await reach(blob(name))).text();
/** The run's display now; null when it has none. */
export async function screen(id: string, at: number): Promise<Blob | null> {
  try {
    return await (await reach(address(`/runs/${id}/screen`, { at }))).blob();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export const templates = () => get<{ templates: TemplateSummary[] }>('/templates').then((a) => a.templates);
export const template = (name: string) => get<Template>(`/templates/${part(name)}`);
export const writeTemplate = (name: string, source: string) =>
  call<Template | undefined>('PUT', `/templates/${part(name)}`, { source });
export const removeTemplate = (name: string) => call<void>('DELETE', `/templates/${part(name)}`);
export const runTemplate = (name: string, parameters: Record<string, unknown>) =>
  post<RunSummary>(`/templates/${part(name)}/run`, { parameters });

/** Where a webhook is called; the origin is the one that the panel came from. */
export const hook = (id: string | number) => `${location.origin}${ROOT}/hooks/${id}`;
export const schedules = () => get<{ schedules: Schedule[] }>('/schedules').then((a) => a.schedules);
export const addSchedule = (s: {
  template: string;
  parameters: Record<string, unknown>;
  when: When;
  catches_up?: boolean;
}) => post<Schedule>('/schedules', s);
export const setSchedule = (id: string | number, is_on: boolean) => call<void>('PATCH', `/schedules/${id}`, { is_on });
export const removeSchedule = (id: string | number) => call<void>('DELETE', `/schedules/${id}`);

export const memory = () => get<Memory>('/memory');
export const forgetLines = () => call<void>('DELETE', '/memory/lines');
export const models = () => get<{ models: Model[] }>('/models').then((a) => a.models);
export const devices = () => get<{ devices: Device[] }>('/devices').then((a) => a.devices);
export const setDevice = (id: string, what: { name?: string; may?: Right[] }) =>
  call<void>('PATCH', `/devices/${part(id)}`, what);
export const removeDevice = (id: string) => call<void>('DELETE', `/devices/${part(id)}`);
export const pair = (name: string, may: Right[]) => post<Pairing>('/pairings', { name, may });
export const settings = () => get<Settings>('/settings');
export const setSetting = (section: string, key: string, value: unknown) =>
  call<{ key: string; value: unknown; restart: boolean }>('PUT', `/settings/${part(section)}/${part(key)}`, { value });
export const resetSetting = (section: string, key: string) =>
  call<void>('DELETE', `/settings/${part(section)}/${part(key)}`);
/** The names of the secrets; null where the service has none of these. */
export async function secrets(): Promise<NamedSecret[] | null> {
  try {
    return (await get<{ secrets: NamedSecret[] }>('/secrets')).secrets;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
export const setSecret = (name: string, value: string) => call<void>('PUT', `/secrets/${part(name)}`, { value });
export const removeSecret = (name: string) => call<void>('DELETE', `/secrets/${part(name)}`);
export const doctor = () => get<{ checks: DoctorCheck[] }>('/doctor').then((a) => a.checks);
export const metrics = () => get<MetricsHistory>('/metrics/history');
export const streamOf = (query: { run?: string; logs?: number }) => address('/stream', query);
