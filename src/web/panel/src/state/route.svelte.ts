/** Where the panel is: `#/runs/01k…/time?step=3` is `{path: ['runs', '01k…', 'time'], query: {step: '3'}}`. */
export interface Route {
  path: string[];
  query: Record<string, string>;
}

export function parse(hash: string): Route {
  const [path, search = ''] = hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  return { path: parts.length ? parts : ['board'], query: Object.fromEntries(new URLSearchParams(search)) };
}

export const route = $state<Route>(parse(location.hash));

window.addEventListener('hashchange', () => Object.assign(route, parse(location.hash)));

export function href(path: string, query: Record<string, string | number | null | undefined> = {}): string {
  const given = Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== '');
  const search = new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString();
  return `#${path}${search ? `?${search}` : ''}`;
}

export function go(path: string, query: Record<string, string | number | null | undefined> = {}): void {
  location.hash = href(path, query);
}

/** Changes the address without a new entry in the history: for filters and the place on a scrubber. */
export function replace(path: string, query: Record<string, string | number | null | undefined> = {}): void {
  history.replaceState(null, '', href(path, query));
  Object.assign(route, parse(location.hash));
}
