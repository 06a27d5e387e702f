import { describe, expect, it } from 'vitest';
import { cut, joinLines, sift, windowOf } from '../src/pure/lines';
import type { LogLevel, LogLine } from '../src/pure/types';

const line = (seq: number, text = `line ${seq}`, level: LogLevel = 'info'): LogLine => ({
  run: 'r',
  seq,
  at_ms: seq,
  level,
  source: 's',
  text,
});
const seqs = (lines: LogLine[]) => lines.map((l) => l.seq);
const ALL = new Set<LogLevel>(['error', 'warn', 'info', 'debug']);

describe('the window on the log', () => {
  const check = (count: number, scroll_px: number, expected: [number, number]) => {
    const { first, end } = windowOf(count, scroll_px, 400, 20);
    expect([first, end]).toEqual(expected);
  };
  it('draws what is in sight and a little more, in blocks', () => {
    check(0, 0, [0, 0]);
    check(10, 0, [0, 10]);
    check(100_000, 0, [0, 32]);
    check(100_000, 40, [0, 32]);
    check(100_000, 1_000_000, [49_992, 50_032]);
    check(100_000, 1_999_600, [99_968, 100_000]);
    check(5, 10_000, [5, 5]);
  });
  it('covers every row in sight, wherever one has scrolled to', () => {
    for (let scroll_px = 0; scroll_px < 2_000; scroll_px += 7) {
      const { first, end } = windowOf(1_000, scroll_px, 400, 20);
      expect(first * 20).toBeLessThanOrEqual(scroll_px);
      expect(end * 20).toBeGreaterThanOrEqual(scroll_px + 400);
    }
  });
});

describe('sifting', () => {
  const lines = [line(1, 'Save it'), line(2, 'boom', 'error'), line(3, 'saved'), line(4, 'rest', 'debug')];
  it('goes by level and by word, whatever the case', () => {
    expect(sift(lines, { levels: ALL, needle: '', only_matches: false })).toEqual({ shown: [0, 1, 2, 3], matches: [] });
    expect(sift(lines, { levels: new Set<LogLevel>(['error']), needle: '', only_matches: false }).shown).toEqual([1]);
    expect(sift(lines, { levels: ALL, needle: 'SAVE', only_matches: false })).toEqual({
      shown: [0, 1, 2, 3],
      matches: [0, 2],
    });
    expect(sift(lines, { levels: ALL, needle: 'save', only_matches: true })).toEqual({
      shown: [0, 2],
      matches: [0, 1],
    });
  });
});

describe('cutting out hits', () => {
  const check = (text: string, needle: string, expected: string[]) => expect(cut(text, needle)).toEqual(expected);
  it('gives every second part as a hit', () => {
    check('abc', '', ['abc']);
    check('abcABC', 'b', ['a', 'b', 'cA', 'B', 'C']);
    check('aaa', 'aa', ['', 'aa', 'a']);
    check('abc', 'x', ['abc']);
  });
});

describe('joining lines', () => {
  it('puts older ones before and newer ones behind, each once', () => {
    const known = [line(5), line(6)];
    expect(seqs(joinLines(known, [line(3), line(4), line(5)]))).toEqual([3, 4, 5, 6]);
    expect(seqs(joinLines(known, [line(6), line(7)]))).toEqual([5, 6, 7]);
    expect(joinLines(known, [line(5)])).toBe(known);
    expect(seqs(joinLines([], known))).toEqual([5, 6]);
  });
});
