import { beforeAll, describe, expect, test } from 'vitest';
import { type Ledger, setPrices } from '../../src/ledger/index.ts';
import { BY } from '../support/by.ts';
import { step } from '../support/ladder-plan.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line, newAccount, newPlan, type SmallPlan } from '../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../support/prices.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { rowsOf } from './reported-plan.ts';

const SLOT_LINES = ['2', '5'];

const cents = (text: string) => Math.round(Number(text) * 100);

/** What the rows of numbers.csv cost, in cents: reckoned apart from the program. */
async function costOfRows(ledger: Ledger, plan: SmallPlan) {
  const sums = { once: 0, monthly: 0 };
  for (const { type, line } of await rowsOf(ledger, plan, 'numbers.csv')) {
    const price = PRICES_FILE.types[type as keyof typeof PRICES_FILE.types];
    for (const name of ['once', 'monthly'] as const) {
      const slot = SLOT_LINES.includes(line!) ? cents(PRICES_FILE.slot[name]) : 0;
      sums[name] += cents(price[name]) + slot;
    }
  }
  return sums;
}

/** A plan whose first line may go on to an overlay and to toll-free numbers; else of all types. */
async function mixedPlan(ledger: Ledger, { isMixed = true } = {}): Promise<SmallPlan> {
  const { name } = await newAccount(ledger);
  const account = await setPrices(ledger, name, pricesOf(), BY);
  const fallback = 'overlay tollfree:4';
  const tollfree = { name: 'tollfree', type: 'tollfree', areaCode: null, miles: null } as const;
  const steps = [step(1, '332'), { ...step(2, ''), ...tollfree, cap: 4 }];
  const first = line({ line: 2, quantity: 10, fallback, orderSlot: true });
  const others = [
    line({ line: 3, quantity: 6, type: 'tollfree', areaCode: null }),
    line({ line: 4, quantity: 3, type: 'true800', areaCode: null }),
    line({ line: 5, quantity: 9, type: 'canadian_local', areaCode: '416', orderSlot: true }),
    line({ line: 6, quantity: 12 }),
  ];
  const ladders = [{ type: 'local' as const, areaCode: '212', fallback, steps }];
  return newPlan(ledger, { account, lines: isMixed ? [first, ...others] : [first], ladders });
}

describeOnALedger('the cost in the summary', (given) => {
  let plan: SmallPlan;
  const summary = async () => JSON.parse(await given.textOf(plan, 'summary.json'));

  async function expectSum(numbers: number): Promise<void> {
    const { cost, totals } = await summary();
    const rows = await costOfRows(given.ledger, plan);
    expect({ once: cents(cost.once), monthly: cents(cost.monthly) }).toEqual(rows);
    expect({ unpriced: cost.unpriced, bought: totals.bought }).toEqual({
      unpriced: [],
      bought: numbers,
    });
    const apart = ['unknown', 'surplus'].filter((name) => totals[name] > 0);
    expect(cost.without).toEqual(apart);
  }

  describe('is that of the rows of numbers.csv', () => {
    beforeAll(async () => {
      plan = await mixedPlan(given.ledger);
    });

    test('before anything is bought', () => expectSum(0));

    test('while orders are short and one is unknown', async () => {
      const orders = await given.sendWaiting(plan);
      const sold = [5, 6, 1, null, 12];
      for (const [at, order] of orders.entries()) {
        const n = sold[at];
        const outcome = n === null ? 'unknown' : n === order.quantity ? 'filled' : 'short';
        const answer = answerTo(order, outcome, { numbers: newNumbers(n ?? 0) });
        await given.recordAnswers(plan.account.id, [answer]);
      }
      await expectSum(24);
    });

    test('when a fallback has bought, toll-free numbers too', async () => {
      await given.sellEach(plan);
      await given.sellEach(plan, 2);
      await given.sellEach(plan, 2);
      const types = (await given.rowsOf(plan, 'numbers.csv'))
        .filter(({ line }) => line === '2')
        .map(({ type }) => type);
      expect(types.filter((type) => type === 'tollfree').length).toBeGreaterThan(0);
      await expectSum(24 + types.length - 5);
    });

    test('when an unknown order is settled late, and when that is taken back', async () => {
      const before = (await summary()).totals.bought;
      const bought = newNumbers(8, '416');
      await given.settleOrder(plan.orders[3]!, { bought }, BY, { againstEvidence: true });
      await expectSum(before + 8);
      await given.unsettleOrder(plan.orders[3]!, BY);
      await expectSum(before);
    });
  });

  test('is that of the rows where only a fallback has bought another type', async () => {
    plan = await mixedPlan(given.ledger, { isMixed: false });
    for (const n of [5, 0, 4]) await given.sellEach(plan, n);
    const types = (await given.rowsOf(plan, 'numbers.csv')).map(({ type }) => type);
    expect(types.filter((type) => type === 'tollfree')).toHaveLength(4);
    await expectSum(9);
  });

  test('says which prices they were, and is null without prices', async () => {
    expect((await summary()).cost).toMatchObject({ prices: pricesOf().hash, currency: 'USD' });
    const without = await given.planWith([line()]);
    expect(JSON.parse(await given.textOf(without, 'summary.json')).cost).toBeNull();
  });
});
