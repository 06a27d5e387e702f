// One clock for all relative times, in the daemon's time: a phone's own may be minutes off.

let skew_ms = 0;
export const clock = $state({ now_ms: Date.now() });

export function setDaemonTime(at_ms: number): void {
  skew_ms = at_ms - Date.now();
  clock.now_ms = now();
}

export function now(): number {
  return Date.now() + skew_ms;
}

setInterval(() => {
  if (!document.hidden) clock.now_ms = now();
}, 1000);
document.addEventListener('visibilitychange', () => (clock.now_ms = now()));
