import { ApiError } from './api';

export interface Toast {
  id: number;
  tone: 'ok' | 'bad';
  title: string;
  detail: string;
  hint: string | null;
  again: (() => void) | null;
}

export const toasts = $state<Toast[]>([]);
let last_id = 0;

function show(toast: Omit<Toast, 'id'>, stays_ms: number): void {
  const id = ++last_id;
  // The same failure twice is one toast, not a tower of them.
  const twin = toasts.findIndex((t) => t.title === toast.title && t.detail === toast.detail);
  if (twin >= 0) toasts.splice(twin, 1);
  toasts.push({ ...toast, id });
  if (toasts.length > 4) toasts.shift();
  if (stays_ms < Infinity) setTimeout(() => dismiss(id), stays_ms);
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((t) => t.id === id);
  if (at >= 0) toasts.splice(at, 1);
}

/** Puts failures away: who goes to another screen has moved on. */
export function forgetFailures(): void {
  for (const toast of toasts.filter((t) => t.tone === 'bad')) dismiss(toast.id);
}

export function say(title: string, detail = ''): void {
  show({ tone: 'ok', title, detail, hint: null, again: null }, 4000);
}

export function complain(what: string, error: unknown, again: (() => void) | null = null): void {
  // The login page says it already.
  if (error instanceof ApiError && error.status === 401) return;
  const { detail, hint } =
    error instanceof ApiError
      ? { detail: error.detail || error.title, hint: error.hint }
      : { detail: error instanceof Error ? error.message : String(error), hint: null };
  // What offers to try again waits for an answer.
  show({ tone: 'bad', title: `Could not ${what}`, detail, hint, again }, again ? Infinity : 12_000);
}

/** Does `work`; where it fails a toast names `what` failed and offers to try again. Gives null then. */
export async function attempt<T>(what: string, work: () => Promise<T>, then?: (result: T) => void): Promise<T | null> {
  try {
    const result = await work();
    then?.(result);
    return result;
  } catch (error) {
    // What was refused is refused again; what did not get through may yet.
    const is_refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
    complain(what, error, is_refused ? null : () => void attempt(what, work, then));
    return null;
  }
}
