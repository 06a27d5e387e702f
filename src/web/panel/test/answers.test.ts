import { expect, it } from 'vitest';
import { hasMore, isMarked, plain } from '../src/pure/answers';

const REPORT = `# Disk **space**

| folder | size |
| ------ | ---- |
| \`a\`  | 12   |
`;

it('says an answer in one plain line', () => {
  expect(plain('84')).toBe('84');
  expect(plain(REPORT)).toBe('Disk space …');
  expect(plain('\n- [x] see *this* [page](https://example.org) and `code`\n')).toBe('see this page and code');
  expect(plain('| name | size |\n|---|---|')).toBe('name · size');
  expect(plain('```sh\nls\n```')).toBe('ls');
  expect(plain('')).toBe('');
});
it('leaves alone what only looks like marks', () => {
  for (const text of ['12 * 7 * 2 = 168', 'my_old_file.txt', '*.txt and *.md', 'a - b', '2 > 1', '-5'])
    expect(plain(text)).toBe(text);
});
it('knows what is worth rendering', () => {
  expect([REPORT, '1. one\n2. two', 'a **b**', '> said'].map(isMarked)).toEqual([true, true, true, true]);
  expect(['84', 'hello Ada', 'a\nb', '12 * 7', '-5'].map(isMarked)).toEqual([false, false, false, false, false]);
});
it('knows where there is more than the line', () => {
  expect(['84', 'a\nb', '**b**', 'x'.repeat(200)].map(hasMore)).toEqual([false, true, true, true]);
});
