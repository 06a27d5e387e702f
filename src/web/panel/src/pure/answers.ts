// Answers may be a number, a line, or pages in Markdown; lists have room for one plain line.

/** What makes a text worth rendering: headings, lists, quotes, fences, tables, strong words, links. */
const MARKS = /^\s{0,3}(#{1,6}\s|[-*+]\s|\d+[.)]\s|>\s|```|~~~|\|.*\|\s*$)|\*\*\S|\[[^\]\n]+\]\([^)\n]+\)/m;
/** Beyond this a line of the header does not show an answer whole. */
const LONG = 140;

export const isMarked = (text: string) => MARKS.test(text);

/** Whether there is more to an answer than its one plain line shows. */
export function hasMore(answer: string): boolean {
  return answer.trim() !== plain(answer) || answer.length > LONG;
}

/** The first line that says something, without marks; an ellipsis where others follow it. */
export function plain(text: string): string {
  const lines = text.split('\n').map(bare);
  const first = lines.findIndex(Boolean);
  if (first < 0) return '';
  return lines[first] + (lines.slice(first + 1).some(Boolean) ? ' …' : '');
}

function bare(line: string): string {
  // Fences, rules, and what divides a table's head from its rows say nothing.
  if (/^\s*(```|~~~|([-*_=]\s*){3,}$|\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$)/.test(line)) return '';
  return line
    .replace(/^\s*(>\s*)*(#{1,6}\s+|[-*+]\s+(\[[ xX]\]\s+)?)?/, '')
    .replace(/^\|(.*)\|\s*$/, (_, cells: string) =>
      cells
        .split('|')
        .map((c) => c.trim())
        .join(' · '),
    )
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])/g, '$1')
    .replace(/(?<!\w)_(?=\S)([^_]+)(?<=\S)_(?!\w)/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .trim();
}
