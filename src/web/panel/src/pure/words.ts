// How numbers, times and the planner's checks are said.

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  if (s < 3600) return `${Math.floor(s / 60)} min ${pad(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${pad(Math.floor((s % 3600) / 60))} min`;
}

/** "4 min ago", "in 2 h": coarse, since the exact time stands in the title. */
export function relative(at_ms: number, now_ms: number): string {
  const ahead = at_ms > now_ms;
  const s = Math.round(Math.abs(now_ms - at_ms) / 1000);
  if (s < 3) return 'now';
  const said =
    s < 60
      ? `${s} s`
      : s < 3600
        ? `${Math.floor(s / 60)} min`
        : s < 86_400
          ? `${Math.floor(s / 3600)} h`
          : `${Math.floor(s / 86_400)} d`;
  return ahead ? `in ${said}` : `${said} ago`;
}

export function absolute(at_ms: number): string {
  const d = new Date(at_ms);
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${clock(at_ms)}`;
}

export function clock(at_ms: number): string {
  const d = new Date(at_ms);
  return `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`;
}

export function clockMs(at_ms: number): string {
  return `${clock(at_ms)}.${String(new Date(at_ms).getMilliseconds()).padStart(3, '0')}`;
}

function pad(n: number): string {
  return String(n).padStart(2, '0');
}

/** Binary units everywhere, as memory is measured. */
export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let v = n;
  let unit = 'B';
  for (const u of units) {
    if (v < 1024) break;
    v /= 1024;
    unit = u;
  }
  return `${v < 10 ? v.toFixed(1) : Math.round(v)} ${unit}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** A check as a sentence; `{"window_open":{"app":"calculator"}}` becomes "window open: calculator". */
export function checkWords(check: unknown): string {
  if (typeof check === 'string') return check.replaceAll('_', ' ');
  if (!check || typeof check !== 'object') return String(check);
  const [[name, fields]] = Object.entries(check as Record<string, unknown>);
  const said = valueWords(fields);
  return name.replaceAll('_', ' ') + (said ? `: ${said}` : '');
}

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(valueWords).filter(Boolean).join(', ');
  if (typeof value === 'object')
    return Object.values(value as object)
      .map(valueWords)
      .filter(Boolean)
      .join(', ');
  return String(value);
}
