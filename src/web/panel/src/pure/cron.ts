// Five-field cron: enough to say early that a schedule is mistyped, and to read the usual ones out.

const RANGES: [string, number, number][] = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day', 1, 31],
  ['month', 1, 12],
  ['weekday', 0, 7],
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** What is wrong with `text`, or null. */
export function cronError(text: string): string | null {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return 'Five fields: minute, hour, day, month, weekday.';
  for (const [i, field] of fields.entries()) {
    const [name, low, high] = RANGES[i];
    for (const part of field.split(',')) {
      // Names of months and days are left to the daemon.
      if (/^[a-z]{3}(-[a-z]{3})?$/i.test(part) && i >= 3) continue;
      const found = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
      if (!found) return `“${part}” is no ${name}.`;
      const numbers = [found[1], found[2]].filter((n) => n !== undefined).map(Number);
      if (numbers.some((n) => n < low || n > high)) return `A ${name} is ${low} to ${high}.`;
    }
  }
  return null;
}

/** The usual schedules in words; others as they are. */
export function cronWords(text: string): string {
  const [minute, hour, day, month, weekday] = text.trim().split(/\s+/);
  const every = /^\*\/(\d+)$/.exec(minute ?? '');
  if (every && hour === '*' && day === '*' && month === '*' && weekday === '*') return `every ${every[1]} minutes`;
  if (!/^\d+$/.test(minute) || day !== '*' || month !== '*') return text;
  if (hour === '*' && weekday === '*') return `every hour at :${minute.padStart(2, '0')}`;
  if (!/^\d+$/.test(hour)) return text;
  const at = `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (weekday === '*') return `every day ${at}`;
  if (weekday === '1-5') return `Monday to Friday ${at}`;
  return /^[0-7]$/.test(weekday) ? `every ${DAYS[Number(weekday)]} ${at}` : text;
}
