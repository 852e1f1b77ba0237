import { describe, expect, test } from 'vitest';
import { barWidths } from '../../src/web/pages/components/bar.ts';

describe('the bar', () => {
  test('gives a sliver to what is not zero, nothing to what is, and is filled exactly', () => {
    expect(barWidths([1, 0])).toEqual([100, 0]);
    for (const parts of [
      [1_000_000, 1, 1, 0, 0],
      [1, 1, 1, 1, 1],
      [0, 0, 3, 997_000, 1],
    ]) {
      const widths = barWidths(parts);
      expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100, 9);
      for (const [at, part] of parts.entries()) {
        if (part === 0) expect(widths[at]).toBe(0);
        else expect(widths[at]).toBeGreaterThanOrEqual(0.7);
      }
    }
  });
});
