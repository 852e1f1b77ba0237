import { describe, expect, test } from 'vitest';
import type { Ledger, LinePageWish } from '../../../src/ledger/index.ts';
import type { Line } from '../../../src/plan/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf, newPlan, type SmallPlan } from '../../support/plans.ts';
import { answerTo, claim, record } from '../../support/sending.ts';

describeOnALedger('a page of lines', (given) => {
  const page = async (plan: SmallPlan, wish: Partial<LinePageWish>) => {
    const { lines, ...rest } = await given.linePage(plan.id, { filter: 'all', ...wish });
    return { lines: lines.map((each) => each.line), ...rest };
  };

  test('is what the results say of these lines', async () => {
    const plan = await planOfAllKinds(given.ledger);
    const [all = []] = await Array.fromAsync(given.lackingLines(plan.id));
    const { lines } = await given.linePage(plan.id, { filter: 'all' });
    expect(lines).toEqual(all);
    expect(await given.linesBetween(plan.id, 4, 7)).toEqual(
      all.filter((each) => each.line >= 4 && each.line <= 7),
    );
  });

  test('is turned by key, forwards and backwards, and the ends are known', async () => {
    const plan = await given.newPlan({ lines: linesOf(1, 1, 1, 1, 1) });
    await given.newPlan({ lines: linesOf(1, 1, 1) });
    expect(await page(plan, { limit: 2 })).toEqual({ lines: [2, 3], previous: null, next: 3 });
    expect(await page(plan, { limit: 2, after: 3 })).toEqual({
      lines: [4, 5],
      previous: 4,
      next: 5,
    });
    expect(await page(plan, { limit: 2, after: 5 })).toEqual({
      lines: [6],
      previous: 6,
      next: null,
    });
    expect(await page(plan, { limit: 2, before: 6 })).toEqual({
      lines: [4, 5],
      previous: 4,
      next: 5,
    });
    expect(await page(plan, { limit: 2, before: 4 })).toEqual({
      lines: [2, 3],
      previous: null,
      next: 3,
    });
    expect(await page(plan, { limit: 5 })).toMatchObject({ previous: null, next: null });
    expect(await page(plan, { after: 6 })).toEqual({ lines: [], previous: null, next: null });
  });

  describe('that is filtered', () => {
    test('has the lines that lack something, are unknown, or wait or are being sent', async () => {
      const plan = await planOfAllKinds(given.ledger);
      expect(await page(plan, { filter: 'missing' })).toMatchObject({ lines: [3, 4, 5, 8] });
      expect(await page(plan, { filter: 'unknown' })).toMatchObject({ lines: [6, 8] });
      expect(await page(plan, { filter: 'waiting' })).toMatchObject({ lines: [7, 8, 9] });
    });

    test('goes by what became of what a line lacked: its successors count', async () => {
      const plan = await given.ladderPlan({ quantities: [10, 10, 10, 10, 10] });
      const answer = async (ids: number[], ...outcomes: ('filled' | 'short' | 'unknown')[]) => {
        const orders = await given.claim(plan, ids);
        const answers = orders.map((order, at) => answerTo(order, outcomes[at]!));
        await given.record(plan, ...answers);
      };
      const open = () => given.openSuccessors(plan.account.id, 1_000);
      await answer(plan.orders, 'short', 'short', 'short', 'short', 'short');
      await open();
      const next = plan.orders.map((id) => id + 5);
      await answer(next.slice(0, 3), 'filled', 'unknown', 'short');
      await open();
      await given.claim(plan, next.slice(3, 4));
      await answer([next[2]! + 5], 'short');
      await open();
      for (const search of ['', '212']) {
        const lines = async (filter: 'missing' | 'unknown' | 'waiting') =>
          (await page(plan, { filter, search })).lines;
        expect(await lines('missing')).toEqual([4]);
        expect(await lines('unknown')).toEqual([3]);
        expect(await lines('waiting')).toEqual([5, 6]);
      }
      const back = { filter: 'waiting', before: 6 } as const;
      expect(await page(plan, back)).toEqual({ lines: [5], previous: null, next: 5 });
      expect((await page(plan, { filter: 'all', search: '332' })).lines).toEqual([]);
    });

    test('is turned by key as well, a line of many orders counting once', async () => {
      const plan = await planOfAllKinds(given.ledger);
      const missing = { filter: 'missing', limit: 2 } as const;
      expect(await page(plan, missing)).toEqual({ lines: [3, 4], previous: null, next: 4 });
      expect(await page(plan, { ...missing, after: 4 })).toEqual({
        lines: [5, 8],
        previous: 5,
        next: null,
      });
      expect(await page(plan, { ...missing, before: 8 })).toEqual({
        lines: [4, 5],
        previous: 4,
        next: 5,
      });
      // Between lines, and before what a filter hides.
      expect(await page(plan, { filter: 'waiting', after: 7, limit: 1 })).toEqual({
        lines: [8],
        previous: 8,
        next: 8,
      });
      expect(await page(plan, { filter: 'unknown', before: 6 })).toMatchObject({ lines: [] });
    });

    test('has what is left of a plan that was cancelled', async () => {
      const plan = await given.newPlan();
      await given.steerPlan(plan.id, 'cancel', { who: 'Ada' });
      expect(await page(plan, { filter: 'waiting' })).toMatchObject({ lines: [2] });
      await given.cancelWaiting(plan.id);
      expect(await page(plan, { filter: 'waiting' })).toMatchObject({ lines: [] });
      expect(await page(plan, { filter: 'missing' })).toMatchObject({ lines: [2] });
    });
  });

  describe('that is searched', () => {
    const lines = [
      line({ line: 2, areaCode: '312' }),
      line({ line: 3, areaCode: '212555' }),
      line({ line: 5, areaCode: null, type: 'tollfree' }),
      line({ line: 212, areaCode: '646' }),
      line({ line: 300, areaCode: '212' }),
      line({ line: 301, areaCode: '212777' }),
    ];

    test('has the lines of an area code, and the line of that number', async () => {
      const plan = await given.newPlan({ lines });
      expect(await page(plan, { search: ' 212 ' })).toMatchObject({ lines: [3, 212, 300, 301] });
      expect(await page(plan, { search: '212-5' })).toMatchObject({ lines: [3] });
      expect(await page(plan, { search: '(212) 777' })).toMatchObject({ lines: [301] });
      expect(await page(plan, { search: '5' })).toMatchObject({ lines: [5] });
      expect(await page(plan, { search: '2' })).toMatchObject({ lines: [2] });
      for (const search of ['999', '%', 'x', "'", '99999999999', '212_'])
        expect(await page(plan, { search }), search).toMatchObject({ lines: [] });
    });

    test('and filtered, finds what many orders of other lines would hide', async () => {
      const plan = await given.newPlan({
        lines: [
          line({ line: 2, areaCode: '212' }),
          line({ line: 3, areaCode: '907', quantity: 30_000 }),
          line({ line: 4, areaCode: '212' }),
          line({ line: 5, areaCode: '907', quantity: 30_000 }),
          line({ line: 6, areaCode: '646' }),
          line({ line: 7, areaCode: '212555' }),
        ],
      });
      const orders = await given.claim(plan, [plan.orders[0]!]);
      await given.record(plan, answerTo(orders[0]!, 'filled'));
      const waiting = { search: '212', filter: 'waiting' } as const;
      expect(await page(plan, waiting)).toEqual({ lines: [4, 7], previous: null, next: null });
      expect(await page(plan, { ...waiting, limit: 1 })).toMatchObject({ lines: [4], next: 4 });
      expect(await page(plan, { ...waiting, before: 7 })).toMatchObject({ lines: [4] });
      expect(await page(plan, { ...waiting, search: '5' })).toMatchObject({ lines: [5] });
      await given.steerPlan(plan.id, 'cancel', { who: 'Ada' });
      while ((await given.cancelWaiting(plan.id)) > 0);
      expect(await page(plan, { search: '212', filter: 'missing' })).toMatchObject({
        lines: [4, 7],
      });
      expect(await page(plan, { search: '907', filter: 'missing' })).toMatchObject({
        lines: [3, 5],
      });
      expect(await page(plan, { search: '907', filter: 'waiting' })).toMatchObject({ lines: [] });
    });

    test('is turned by key, and filtered as well', async () => {
      const plan = await given.newPlan({ lines });
      const search = { search: '212', limit: 2 };
      expect(await page(plan, search)).toEqual({ lines: [3, 212], previous: null, next: 212 });
      expect(await page(plan, { ...search, after: 212 })).toEqual({
        lines: [300, 301],
        previous: 300,
        next: null,
      });
      expect(await page(plan, { ...search, before: 300 })).toMatchObject({ lines: [3, 212] });
      const orders = await given.claim(plan);
      const answers = orders.map((order) =>
        answerTo(order, [3, 301].includes(order.line) ? 'refused' : 'filled'),
      );
      await given.record(plan, ...answers);
      expect(await page(plan, { ...search, filter: 'missing' })).toEqual({
        lines: [3, 301],
        previous: null,
        next: null,
      });
      expect(await page(plan, { ...search, filter: 'unknown' })).toMatchObject({ lines: [] });
    });
  });
});

/**
 * Line 2 filled, 3 short, 4 refused, 5 undelivered, 6 unknown, 7 being sent, 8 of all, 9 waiting.
 */
async function planOfAllKinds(ledger: Ledger): Promise<SmallPlan> {
  const lines: Line[] = linesOf(10, 10, 10, 10, 10, 10, 175, 10);
  const plan = await newPlan(ledger, { lines });
  const outcomes = ['filled', 'short', 'refused', 'not_sent', 'unknown'] as const;
  const orders = await claim(ledger, plan, plan.orders.slice(0, 13));
  const answered = orders.filter((_, n) => n < 5 || (n >= 6 && n < 12));
  const answers = answered.map((order, n) => {
    const answer = answerTo(order, outcomes[n % 5]!);
    return answer.outcome === 'not_sent'
      ? { ...answer, state: 'undelivered' as const, waitMs: null }
      : answer;
  });
  await record(ledger, plan, ...answers);
  return plan;
}
