import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ORDER_MAX, orderCount, orderSizes } from '../../src/plan/index.ts';

test.each([
  [1, [1]],
  [25, [25]],
  [26, [25, 1]],
  [60, [25, 25, 10]],
  [1000, new Array(40).fill(25)],
])('a line of %i numbers is ordered full orders first', (quantity, sizes) => {
  expect(orderSizes(quantity)).toEqual(sizes);
});

test('the sizes sum to the quantity, each is 1 to 25, and there are no more than needed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (quantity) => {
      const sizes = orderSizes(quantity);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(quantity);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(ORDER_MAX);
      expect(sizes.length).toBe(orderCount(quantity));
      expect((sizes.length - 1) * ORDER_MAX).toBeLessThan(quantity);
    }),
  );
});
