import { describe, expect, test } from 'vitest';
import { judgeUnknowns, type Listing, type UnknownAttempt } from '../../src/evidence/index.ts';
import { LIST_LAG_MS, listing, numbers, sighting, unknown } from './unknowns.ts';

describe('unknown orders of one line', () => {
  const line = (n: number, overrides: Partial<UnknownAttempt> = {}) =>
    Array.from({ length: n }, (_, i) => unknown({ order: i + 1, ...overrides }));
  const judge = (orders: UnknownAttempt[], list: Listing) =>
    judgeUnknowns(orders, list, LIST_LAG_MS);
  const goods = (orders: UnknownAttempt[], list: Listing) =>
    judge(orders, list).map((verdict) =>
      verdict.finding === 'bought' && verdict.isClear ? verdict.numbers.length : verdict.finding,
    );

  test('get the new numbers by rising id, each what it lacks, and the last the rest', () => {
    expect(goods(line(4), listing(numbers('212', 23)))).toEqual([10, 10, 3, 'nothing']);
    const given = judge(line(4), listing(numbers('212', 23))).flatMap((verdict) =>
      verdict.finding === 'later' ? [] : verdict.numbers,
    );
    expect(given.sort()).toEqual(numbers('212', 23).sort());
  });

  test('are open when more are new than all of them lack', () => {
    expect(goods(line(2), listing(numbers('212', 21)))).toEqual(['open', 'open']);
  });

  test('of another plan are another line: both are open', () => {
    const [one] = line(1);
    const both = [one!, unknown({ order: 2, plan: 2 })];
    expect(goods(both, listing(numbers('212', 3)))).toEqual(['open', 'open']);
    expect(goods(both, listing(numbers('212', 20)))).toEqual(['open', 'open']);
  });

  test('that ask for all or none share whole orders only', () => {
    const orders = [
      ...line(2, { fillQuantity: true }),
      unknown({ order: 3, lacking: 4, fillQuantity: true }),
    ];
    expect(goods(orders, listing(numbers('212', 14)))).toEqual([10, 'nothing', 4]);
    expect(goods(orders, listing(numbers('212', 4)))).toEqual(['nothing', 'nothing', 4]);
    expect(goods(orders, listing(numbers('212', 13)))).toEqual(['open', 'open', 'open']);
  });

  test('cannot be told from another line that could have bought the same numbers', () => {
    const orders = [unknown({ lacking: 2 }), unknown({ order: 2, areaCode: '212555', lacking: 2 })];
    const list = (elsewhere: number, there: number) =>
      listing([...numbers('212444', elsewhere), ...numbers('212555', there)]);
    expect(goods(orders, list(2, 0))).toEqual([2, 'nothing']);
    expect(judge(orders, list(0, 2))).toMatchObject([
      { order: 1, finding: 'open', numbers: numbers('212555', 2) },
      { order: 2, finding: 'open' },
    ]);
    expect(goods(orders, list(1, 1))).toEqual(['open', 'open']);
    // The first seems full, but another buyer may have bought the numbers that fill it.
    expect(goods(orders, list(2, 1))).toEqual(['open', 'open']);
    expect(goods(orders, list(1, 4))).toEqual(['open', 'open']);
  });

  test('leave to an order the numbers that its answer names', () => {
    const [first, second] = line(2);
    const named = numbers('212', 12).slice(0, 2);
    const orders = [first!, { ...second!, named }];
    const verdicts = judge(orders, listing(numbers('212', 12)));
    expect(verdicts).toMatchObject([{ numbers: { length: 2 } }, { numbers: { length: 10 } }]);
    expect(verdicts[1]).toMatchObject({ numbers: expect.arrayContaining(named) });
  });

  test('are open when two answers name the same number', () => {
    const named = numbers('212', 1);
    expect(goods(line(2, { named }), listing(numbers('212', 2)))).toEqual(['open', 'open']);
  });

  test('get only numbers that were on no list when they were sent', () => {
    const orders = [unknown({ baseline: 3 }), unknown({ order: 2, baseline: 1 })];
    const sightings = numbers('212', 12).map((number, i) =>
      sighting(number, { listing: i < 9 ? 2 : 4 }),
    );
    // Only the second can have bought nine; the first gets the three that came later.
    expect(goods(orders, listing([], { sightings }))).toEqual([3, 9]);
  });

  test('are judged later with one that it is too early to judge, if numbers are new', () => {
    const [first, second] = line(2);
    const orders = [first!, { ...second!, endTick: 99_000 }];
    expect(goods(orders, listing(numbers('212', 3)))).toEqual(['later', 'later']);
    expect(goods(orders, listing([]))).toEqual(['nothing', 'later']);
  });

  test('are open with one that was sold numbers of others, if numbers are new', () => {
    const [first, second] = line(2);
    const orders = [first!, { ...second!, disputed: 1 }];
    expect(goods(orders, listing(numbers('212', 3)))).toEqual(['open', 'open']);
  });

  test('are not clear beside numbers that other lines do not explain', () => {
    const orders = [...line(2), unknown({ order: 3, areaCode: '415' })];
    const list = listing([...numbers('212', 10), ...numbers('415', 11)]);
    expect(judge(orders, list)).toMatchObject([
      { finding: 'bought', isClear: false },
      { finding: 'open' },
      { finding: 'open' },
    ]);
  });
});
