import * as api from './api';

// What the service is made of, asked once for as long as the page stays.

/** Of lanes that the settings do not name. */
const OTHER = 'other';

let lanes: Promise<ReadonlySet<string>> | null = null;
/** The lanes with a limit of their own. */
export function namedLanes(): Promise<ReadonlySet<string>> {
  lanes ??= api.settings().then(
    ({ settings }) => new Set(Object.keys(settings.lanes ?? {}).filter((name) => name !== OTHER)),
    () => ((lanes = null), new Set<string>()),
  );
  return lanes;
}

let display: Promise<boolean> | null = null;
/** Whether the service has a display that people use; where it cannot be told it is thought to have one. */
export function hasDisplay(): Promise<boolean> {
  display ??= api.doctor().then(
    (checks) => {
      const found = checks.find((c) => c.name === 'display');
      // One without a window manager is one all the same.
      return !found || found.state === 'ok' || found.says.includes('window manager');
    },
    () => ((display = null), true),
  );
  return display;
}
