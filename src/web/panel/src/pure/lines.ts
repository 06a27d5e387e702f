import type { LogLevel, LogLine } from './types';

// The arithmetic of the log viewer: which of very many lines are drawn, and which match.

export interface Window {
  first: number;
  end: number;
}

/** Rows are drawn and dropped in blocks of this many, so that most frames of a slow scroll draw none. */
const BLOCK = 8;

/** The rows to draw, `first` to `end` without `end`, with some beyond each edge so that fast scrolling shows no gaps. */
export function windowOf(count: number, scroll_px: number, view_px: number, row_px: number): Window {
  const block_px = BLOCK * row_px;
  const first = (Math.floor(scroll_px / block_px) - 1) * BLOCK;
  const end = (Math.ceil((scroll_px + view_px) / block_px) + 1) * BLOCK;
  const inside = (row: number) => Math.max(0, Math.min(count, row));
  return { first: inside(first), end: inside(end) };
}

export interface LogFilter {
  levels: ReadonlySet<LogLevel>;
  needle: string;
  only_matches: boolean;
}

/** The positions in `lines` of those that are shown, and the positions in that list of those that match. */
export function sift(lines: readonly LogLine[], filter: LogFilter): { shown: number[]; matches: number[] } {
  const needle = filter.needle.toLowerCase();
  const shown: number[] = [];
  const matches: number[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (!filter.levels.has(line.level)) continue;
    const hit =
      needle !== '' && (line.text.toLowerCase().includes(needle) || line.source.toLowerCase().includes(needle));
    if (needle !== '' && filter.only_matches && !hit) continue;
    if (hit) matches.push(shown.length);
    shown.push(i);
  }
  return { shown, matches };
}

/** `text` cut where `needle` occurs, whatever the case; every second part is a hit. */
export function cut(text: string, needle: string): string[] {
  if (!needle) return [text];
  const low = text.toLowerCase();
  const find = needle.toLowerCase();
  const parts: string[] = [];
  let from = 0;
  for (let at = low.indexOf(find); at !== -1; at = low.indexOf(find, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + find.length));
    from = at + find.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Joins `more` to `lines`, both in order of `seq`, without what is there twice. */
export function joinLines(lines: readonly LogLine[], more: readonly LogLine[]): LogLine[] {
  if (!more.length) return lines as LogLine[];
  if (!lines.length) return [...more];
  const [first, last] = [lines[0].seq, lines[lines.length - 1].seq];
  const older = more.filter((l) => l.seq < first);
  const newer = more.filter((l) => l.seq > last);
  return older.length || newer.length ? older.concat(lines as LogLine[], newer) : (lines as LogLine[]);
}
