import { expect, test } from 'vitest';
import { readAreaCode } from '../../src/plan/cells.ts';
import { inApiWords } from '../../src/web/api/words.ts';
import { pageText } from '../../src/web/pages/components/page-text.ts';

test('an error of a plan names no command on a page or over the API', () => {
  const { advice } = readAreaCode('New York') as { advice: string };
  expect(advice).toContain('"numbering 212"');
  const left = 'Write 3 or 6 digits, such as 212 or 212-555.';
  expect([pageText(advice), inApiWords(advice, {})]).toEqual([left, left]);
});
