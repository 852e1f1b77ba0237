import { describe, expect, test } from 'vitest';
import { type ScreenLine, textOfLine } from '../../src/terminal/style.ts';
import { table } from '../../src/terminal/table.ts';
import { cut, widthOf, wrap } from '../../src/terminal/width.ts';

const HEAD = ['line', 'area code', 'type', 'requested', 'bought', 'missing', 'unknown', 'why'];
const WHY = 'The vendor refused: "Order declined by the carrier desk"';
const ROWS = [
  ['2', '212555', 'canadian_local', 1_000, 990, 10, 0, WHY],
  ['3', '212', 'local', 5, 5, 0, 0, ''],
];
const texts = (lines: ScreenLine[]) => lines.map(textOfLine);

describe('a table', () => {
  test('has numbers to the right, and nothing behind the last word', () => {
    expect(
      texts(
        table(
          ['plan', 'bought'],
          [
            ['a', 1_000],
            ['bc', 5],
          ],
        ),
      ),
    ).toEqual(['  plan  bought', '  a      1,000', '  bc         5']);
    expect(texts(table(HEAD, ROWS)).at(-1)).toMatch(/ 0 {8}0$/);
  });

  test.each([40, 60, 80, 100, 120])('fits %d columns and keeps what counts', (room) => {
    const lines = texts(table(HEAD, ROWS, room));
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(room);
    const all = lines.join(' ').replace(/\s+/g, ' ');
    for (const word of ['212555', 'canadian_local', '1,000', '990', '10', WHY])
      expect(all).toContain(word);
    expect(all).toContain('missing');
  });

  test('shows the text of others in one line, harmless', () => {
    const [, row] = texts(table(['who', 'why'], [['Eve\u001b]0;x\u0007', 'a\r\nb']]));
    expect(row).toBe('  Eve\\u001b]0;x\\u0007  a\\r\\nb');
  });

  test('is aligned beside scripts that take two columns', () => {
    const [head, ...rows] = texts(
      table(
        ['plan', 'bought'],
        [
          ['日本', 1],
          ['👍a', 2],
          ['ab', 3],
        ],
      ),
    );
    expect(rows.map(widthOf)).toEqual(Array(3).fill(widthOf(head!)));
  });
});

test('a text is cut with an ellipsis, and between characters', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdef', 5)).toBe('abcd…');
  expect(cut('日本語', 4)).toBe('日…');
});

test('words that are longer than a line are broken, at any width', () => {
  expect(wrap('ab cd', 80)).toEqual(['ab cd']);
  expect(wrap('a bcdefg h', 3)).toEqual(['a', 'bcd', 'efg', 'h']);
  expect(wrap('', -5)).toEqual(['']);
  expect(wrap('abc', 0)).toEqual(['ab', 'c']);
});
