import { expect, test } from 'vitest';
import { mostTollFree } from '../../src/fallback/index.ts';

test.each([
  ['overlay', 40, 0],
  ['tollfree', 40, 40],
  ['overlay nearby:25 tollfree:5', 40, 5],
  ['tollfree:50', 40, 40],
])('%s lets a line of %i buy at most %i toll-free', (fallback, quantity, most) => {
  expect(mostTollFree(fallback, quantity)).toBe(most);
});
