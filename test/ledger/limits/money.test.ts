import { describe, expect, test } from 'vitest';
import type { Account } from '../../../src/ledger/index.ts';
import { isBeyond, type Limit, stateWords } from '../../../src/limits/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf } from '../../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../../support/prices.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

const BY = { who: 'ACCOUNTS_FILE' };
/** A local number costs 1.50 with its first month, and a slot 0.23. */
const PRICES = pricesOf();
const ONLY_LOCAL = pricesOf({ ...PRICES_FILE, types: { local: PRICES_FILE.types.local } });

const daily = (money: string): Limit => ({ person: null, period: 'day', numbers: null, money });
const ofPlan = (most: Partial<Limit>): Limit => ({
  ...{ person: null, period: 'plan', numbers: null, money: null },
  ...most,
});

describeOnALedger('limits on money', (given) => {
  const priced = async (limits: Limit[], prices = PRICES): Promise<Account> => {
    const { name } = await given.newAccount();
    await given.setPrices(name, prices, BY);
    return given.changeAccount(name, { limits }, BY);
  };
  const state = async ({ name }: Account) => (await given.findAccount(name)).limits[0]!;

  test('count what orders cost once and in their first month, with their slots', async () => {
    const account = await priced([daily('100.00')]);
    const lines = [line({ quantity: 20 }), line({ line: 3, quantity: 10, orderSlot: true })];
    const plan = await given.newPlan({ account, lines });
    const [first, second] = await given.claim(plan);
    expect((await state(account)).spent).toEqual({ numbers: 30, money: '47.30' });
    await given.recordAnswers(account.id, [
      answerTo(first!, 'short', { numbers: newNumbers(4) }),
      answerTo(second!, 'unknown'),
    ]);
    expect((await state(account)).spent).toEqual({ numbers: 14, money: '23.30' });
    const broken = (await given.auditLedger()).flatMap(({ breaches }) => breaches);
    expect(broken).toEqual([]);
  });

  test('are never exceeded by a cent', async () => {
    const account = await priced([daily('75.00')]);
    const plan = await given.newPlan({ account, lines: linesOf(25, 25, 1) });
    expect(await given.claim(plan)).toHaveLength(2);
    expect(await given.claimAsJob(plan, 2)).toBeUndefined();
    await given.changeAccount(account.name, { limits: [daily('76.50')] }, BY);
    await given.continueWithinLimits(account.id);
    expect(await given.claimAsJob(plan, 2)).toBeDefined();
  });

  test('count by the prices of the start, also after new ones', async () => {
    const account = await priced([daily('75.00')]);
    const plan = await given.newPlan({ account, lines: linesOf(25, 25) });
    await given.claim(plan, [plan.orders[0]!]);
    const dearer = pricesOf({ ...PRICES_FILE, types: { local: { once: '9', monthly: '9' } } });
    await given.setPrices(account.name, dearer, BY);
    expect((await state(account)).spent).toEqual({ numbers: 25, money: '37.50' });
    expect(await given.claim(plan, [plan.orders[1]!])).toHaveLength(1);
  });

  describe('after a change of the currency', () => {
    const EURO = { ...PRICES_FILE, currency: 'EUR' };
    const CHEAP = pricesOf({ ...EURO, types: { local: { once: '0.01', monthly: '0.01' } } });
    const USD = { numbers: 25, money: '37.50' };

    /** Of two orders, one was sent while the account paid in USD. */
    const changed = async (...limits: Limit[]) => {
      const account = await priced(limits);
      const plan = await given.newPlan({ account, lines: linesOf(25, 25) });
      await given.claim(plan, [plan.orders[0]!]);
      await given.setPrices(account.name, CHEAP, BY);
      return { account, plan };
    };
    const held = ({ id }: { id: number }) => given.findPlan(id);

    test('leave what was spent unknown, and pause a plan that was started before', async () => {
      const { account, plan } = await changed(daily('75.00'));
      expect((await state(account)).spent).toEqual({ numbers: 25, money: null });
      expect(stateWords(await state(account), 'EUR')).toBe('an unknown sum of 75.00 EUR today');
      expect(isBeyond(await state(account), { numbers: 1, money: '0.02' })).toBe(true);
      expect(await given.claimAsJob(plan, 1)).toBeUndefined();
      expect(await held(plan)).toMatchObject({
        state: 'paused',
        reason: expect.stringMatching(/^Money is limited, and an order of this plan has no price/),
      });
      expect(await given.breachesOf()).toEqual([]);
      await given.setPrices(account.name, PRICES, BY);
      await given.continueWithinLimits(account.id);
      expect((await state(account)).spent).toEqual(USD);
      expect(await given.claimAsJob(plan, 1)).toBeDefined();
    });

    test('leave no room for a new plan, until what was spent is known again', async () => {
      const { account } = await changed(daily('75.00'));
      const plan = await given.newPlan({ account, lines: linesOf(1) });
      expect(await given.claimAsJob(plan, 0)).toBeUndefined();
      expect(await given.findAccount(account.name)).toMatchObject({
        restReason:
          'The daily limit of 75.00 EUR leaves no room for the next order, because something ' +
          'that counts toward it has no price in EUR: the account continues at 00:00 UTC',
      });
      await given.changeAccount(account.name, { limits: [] }, BY);
      await given.continueWithinLimits(account.id);
      expect(await given.claimAsJob(plan, 0)).toBeDefined();
    });

    test('leave room as soon as an order is known to have bought nothing', async () => {
      const account = await priced([daily('75.00')]);
      const plan = await given.newPlan({ account, lines: linesOf(25) });
      const [order] = await given.claim(plan);
      await given.setPrices(account.name, CHEAP, BY);
      await given.recordAnswers(account.id, [answerTo(order!, 'refused')]);
      expect((await state(account)).spent).toEqual({ numbers: 0, money: '0' });
      const next = await given.newPlan({ account, lines: linesOf(1) });
      expect(await given.claimAsJob(next, 0)).toBeDefined();
    });

    test('hold no plan where only numbers are limited', async () => {
      const { plan } = await changed({ ...daily(''), numbers: 50, money: null });
      expect(await given.claimAsJob(plan, 1)).toBeDefined();
    });

    test('hold only the plans of the person who spent it', async () => {
      const ofEach: Limit = { ...daily('75.00'), person: '*' };
      const { account } = await changed(ofEach);
      const [ada, grace] = [
        await given.newPlan({ account, lines: linesOf(1), started: false }),
        await given.newPlan({ account, lines: linesOf(1), started: false }),
      ];
      await given.steerPlan(ada.id, 'start', { who: 'Ada' });
      await given.steerPlan(grace.id, 'start', { who: 'grace' });
      expect(await given.claimAsJob(ada, 0)).toBeUndefined();
      expect(await given.claimAsJob(grace, 0)).toBeDefined();
    });
  });

  test('let no plan start that has no price, and pause one that lost its price', async () => {
    const account = await priced([daily('100.00')], ONLY_LOCAL);
    const tollfree = [line({ quantity: 5, type: 'tollfree', areaCode: null })];
    const plan = await given.newPlan({ account, lines: tollfree, started: false });
    await expect(given.steerPlan(plan.id, 'start', { who: 'Ada' })).rejects.toThrow(
      `Plan ${plan.id} was not started: account "${account.name}" has a limit on money, ` +
        'and 5 numbers of the type tollfree have no price. Nothing was changed.',
    );
    expect(await given.findPlan(plan.id)).toMatchObject({ state: 'ready' });
    await given.changeAccount(account.name, { limits: [] }, BY);
    await given.steerPlan(plan.id, 'start', { who: 'Ada' });
    await given.changeAccount(account.name, { limits: [daily('100.00')] }, BY);
    expect(await given.claimAsJob(plan, 0)).toBeUndefined();
    expect(await given.findPlan(plan.id)).toMatchObject({
      state: 'paused',
      reason: expect.stringMatching(/^Money is limited, and an order of this plan has no price/),
    });
  });

  test.each([
    [ofPlan({ numbers: 29 }), 'it asks for 30 numbers, and', 'at most 29 numbers by a plan'],
    [
      ofPlan({ money: '44.99' }),
      'it asks for 30 numbers for 45.00 USD, and',
      'at most 44.99 USD by a plan',
    ],
    [
      ofPlan({ numbers: 29, person: '*' }),
      'it asks for 30 numbers, and',
      'at most 29 numbers by a plan for ada',
    ],
  ])('of a plan refuse one that asks for more: %o', async (limit, asks, most) => {
    const account = await priced([limit]);
    const lines = linesOf(25, 5);
    const plan = await given.newPlan({ account, lines, started: false });
    const start = () => given.steerPlan(plan.id, 'start', { who: 'Ada' });
    await expect(start()).rejects.toThrow(
      `Plan ${plan.id} was not started: ${asks} the limit of account "${account.name}" is ` +
        `${most}. Split the plan, or have the limit raised. Nothing was changed.`,
    );
    await expect(start()).rejects.toMatchObject({ code: 'over_limit' });
    await given.changeAccount(account.name, { limits: [ofPlan({ numbers: 30 })] }, BY);
    expect(await start()).toMatchObject({ state: 'running' });
  });

  test('are found wrong by the audit when a count was changed by hand', async () => {
    const account = await priced([daily('100.00')]);
    await given.claim(await given.newPlan({ account, lines: linesOf(10) }));
    await given.sql('update ledger.spending set numbers = 9 where account_id = $1', [account.id]);
    const laws = await given.auditLedger();
    expect(laws.find(({ law }) => law === 'spending_true')!.breaches).toMatchObject([
      { detail: expect.stringContaining('10 numbers for 15.00; counted 9 for 15.00') },
    ]);
  });
});
