import { expect, test } from 'vitest';
import { Expander, type Ladder, ladderWords } from '../../src/fallback/index.ts';
import { embeddedNumbering } from '../../src/numbering/index.ts';

const numbering = embeddedNumbering();
const expander = new Expander({ numbering, today: '2026-08-17' });

function wordsOf(areaCode: string | null, fallback: string, type: Ladder['type'] = 'local') {
  const found = expander.expand({ type, areaCode }, fallback);
  return 'because' in found ? found.because : ladderWords(found, numbering);
}

test.each([
  ['212', 'overlay tollfree', '212 New York: overlay 332, 646, 917; tollfree'],
  ['646', 'to:201+907:5', '646 New York: to:201+907:5 201 (9.2 mi, New Jersey), 907 (3,079.1 mi, '],
  ['906', 'to:212', '906 Michigan: to:212 212 (New York)'],
  ['555', 'tollfree:3', '555: tollfree:3'],
])('%s with %s is %s', (areaCode, fallback, words) => {
  expect(wordsOf(areaCode, fallback)).toContain(words);
});

test('a ladder of true 800 numbers begins with its type', () => {
  expect(wordsOf(null, 'tollfree', 'true800')).toBe('true800: tollfree');
});

test('at most twelve area codes are named, and every rung', () => {
  const words = wordsOf('212', 'overlay nearby:25+cross state tollfree');
  expect(words.match(/(?<![\d:])\d{3}(?=[ ,;])/g)).toHaveLength(1 + 12);
  expect(words).toMatch(/908 \(.*?\), and 3 more; state 12 area codes; tollfree$/);
});
