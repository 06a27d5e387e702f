// Keys that work everywhere. Screens add their own with `on:keydown` on the window.

const PLACES: Record<string, string> = {
  b: '/board',
  r: '/runs',
  q: '/questions',
  t: '/templates',
  h: '/schedules',
  m: '/memory',
  o: '/models',
  d: '/devices',
  s: '/settings',
  c: '/doctor',
  x: '/metrics',
};

export const SHORTCUTS: [string, string][] = [
  ['/', 'Ask Guardian: go to the prompt'],
  ['?', 'Show these shortcuts'],
  ['g b', 'Go to the board'],
  ['g r', 'Go to the runs'],
  ['g q', 'Go to the open questions'],
  ['g t', 'Go to the templates'],
  ['g h', 'Go to the schedules'],
  ['g m', 'Go to memory'],
  ['g o', 'Go to models'],
  ['g d', 'Go to devices'],
  ['g s', 'Go to settings'],
  ['g c', 'Go to the doctor’s checks'],
  ['g x', 'Go to metrics'],
  ['1 … 9', 'On the questions: answer the first one'],
  ['1 … 6', 'On a run: open its tabs'],
  ['← → Home End', 'Time machine: step by step, first, last'],
  ['Space', 'Time machine: play and pause'],
  ['v / z', 'Time machine: next comparison, close-up'],
  ['Esc', 'Close what is open'],
];

export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement;
  return at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName);
}

/** Whether a key is free for a shortcut: nobody types, no modifier is held, no dialog is open. */
export function isFree(event: KeyboardEvent): boolean {
  const held = event.ctrlKey || event.metaKey || event.altKey;
  return !held && !event.defaultPrevented && !isTyping(event) && !document.querySelector('dialog[open]');
}

/** Understands `g` and a letter after it; gives the place to go to. */
export function goKeys(): (event: KeyboardEvent) => string | null {
  let g_at = 0;
  return (event) => {
    if (event.key === 'g') {
      g_at = event.timeStamp;
      return null;
    }
    const place = event.timeStamp - g_at < 1500 ? PLACES[event.key] : undefined;
    g_at = 0;
    return place ?? null;
  };
}
