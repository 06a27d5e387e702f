import { expect, it } from 'vitest';
import { cronError, cronWords } from '../src/pure/cron';
import { viewerOf } from '../src/pure/media';
import { bytes, checkWords, duration, relative } from '../src/pure/words';

it('says durations', () => {
  expect([0, 999, 1500, 61_000, 3_660_000].map(duration)).toEqual([
    '0 ms',
    '999 ms',
    '1.5 s',
    '1 min 01 s',
    '1 h 01 min',
  ]);
});
it('says how long ago, and how soon', () => {
  const now = 1_000_000_000;
  expect([0, -5_000, -120_000, -7_200_000, 60_000].map((d) => relative(now + d, now))).toEqual([
    'now',
    '5 s ago',
    '2 min ago',
    '2 h ago',
    'in 1 min',
  ]);
});
it('says sizes', () => expect([12, 1536, 23 * 1_048_576].map(bytes)).toEqual(['12 B', '1.5 KiB', '23 MiB']));
it('says checks, however they come', () => {
  expect(checkWords('file_exists')).toBe('file exists');
  expect(checkWords({ window_open: { app: 'calculator' } })).toBe('window open: calculator');
  expect(checkWords({ field_shows: { field: null, value: 'Ada' } })).toBe('field shows: Ada');
});
it('reads cron', () => {
  expect(['0 9 * * 1-5', '*/15 * * * *', '30 8 * * *', '0 7 * * 1'].map(cronWords)).toEqual([
    'Monday to Friday at 09:00',
    'every 15 minutes',
    'every day at 08:30',
    'every Monday at 07:00',
  ]);
  expect(['0 9 * * 1-5', '*/5 0-6,22 1 jan mon-fri'].map(cronError)).toEqual([null, null]);
  expect(cronError('0 9 * *')).toMatch(/Five fields/);
  expect(cronError('61 9 * * *')).toMatch(/minute is 0 to 59/);
  expect(cronError('x 9 * * *')).toMatch(/no minute/);
});
it('finds the viewer', () => {
  const check = (media: string, name: string, expected: string) => expect(viewerOf(media, name)).toBe(expected);
  check('image/png', 'a', 'picture');
  check('application/json', 'a', 'json');
  check('text/plain', 'a.md', 'markdown');
  check('text/x-log; charset=utf-8', 'a', 'text');
  check('application/zip', 'a.zip', 'none');
});
