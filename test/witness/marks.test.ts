import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Mark, openMarks } from '../../src/witness/index.ts';

const mark = (overrides: Partial<Mark> = {}): Mark => ({
  ...{ planKey: 'plan:0', order: 1, attempt: 1 },
  ...overrides,
});

const anyMark = fc.record({
  planKey: fc.constantFrom('one:0', 'one:1', 'two:0'),
  order: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2_000_000 })),
  attempt: fc.integer({ min: 1, max: 3 }),
});

describe('marks in memory', () => {
  test('know whether the same or a later attempt was marked before', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyMark, { maxLength: 9 }), { maxLength: 9 }), (batches) => {
        const marks = openMarks();
        const known = new Set<string>();
        for (const batch of batches) {
          const expected = batch.filter((each) => {
            const { planKey, order, attempt } = each;
            const keyOf = (no: number) => `${planKey} ${order} ${no}`;
            const isKnown = [attempt, 2, 3].some((no) => no >= attempt && known.has(keyOf(no)));
            known.add(keyOf(attempt));
            return isKnown;
          });
          expect(marks.add(batch)).toEqual(expected);
        }
      }),
    );
  });

  test('are bitmaps in which the n-th bit from the left is order n', () => {
    const marks = openMarks();
    marks.add([mark({ order: 1 }), mark({ order: 9 }), mark({ attempt: 2 })]);
    const bitmaps = marks.bitmaps().map(({ attempt, bits }) => ({
      attempt,
      bits: bits.toString('hex').replace(/0+$/, ''),
    }));
    expect(bitmaps).toEqual([
      { attempt: 1, bits: '404' },
      { attempt: 2, bits: '4' },
    ]);
  });

  test('of a million orders take 128 kB', () => {
    const marks = openMarks();
    marks.add(Array.from({ length: 1_000 }, (_, at) => mark({ order: (at + 1) * 1_000 })));
    expect(marks.bitmaps()[0]!.bits.length).toBeLessThan(140_000);
  });
});
