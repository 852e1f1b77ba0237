import { describe, expect, test } from 'vitest';
import {
  type Account,
  changeAccount,
  claimOrders,
  claimSingle,
  findAccount,
  findPlan,
  recordAnswers,
  settleOrder,
  whyNotClaimed,
} from '../../../src/ledger/index.ts';
import {
  answerTo,
  brokenConstraint,
  linesOf,
  newAccount,
  newNumbers,
  newPlan,
  type SmallPlan,
  sql,
} from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';

const BY = { who: 'ACCOUNTS_FILE' };
const REST =
  'The daily limit of 50 numbers leaves no room for the next order: it goes on at 00:00 UTC';

describeOnBothDrivers('an account with a daily limit of 50 numbers', (given) => {
  const limited = async (): Promise<Account> => {
    const { name } = await newAccount(given.ledger);
    return changeAccount(given.ledger, name, { dailyNumbers: 50 }, BY);
  };
  /** A plan of orders of these quantities. */
  const planOf = async (account: Account, ...quantities: number[]): Promise<SmallPlan> =>
    newPlan(given.ledger, { account, lines: linesOf(...quantities) });
  const claim = ({ account, orders }: SmallPlan, at: number, ledger = given.ledger) =>
    claimSingle(ledger, orders[at]!, { accountId: account.id, worker: 'w', deadlineMs: 60_000 });
  /** Sees to it that the first look counts what there is. */
  const settled = async (account: Account) => {
    await claim(await planOf(account, 25), 0);
    return account;
  };
  const now = ({ name }: Account) => findAccount(given.ledger, name);
  const why = ({ orders, account }: SmallPlan, at: number) =>
    whyNotClaimed(given.ledger, orders[at]!, account.id);
  const record = (plan: SmallPlan, answer: ReturnType<typeof answerTo>) =>
    recordAnswers(given.ledger, plan.account.id, [answer]);

  test('lets orders be claimed one by one only, until the next would go beyond it', async () => {
    const plan = await planOf(await limited(), 25, 20, 6, 5);
    const claimant = { accountId: plan.account.id, worker: 'w', deadlineMs: 60_000 };
    expect(await claimOrders(given.ledger, plan.orders, claimant)).toEqual([]);
    expect(await why(plan, 0)).toEqual({ why: 'single' });
    // The first look counts what was claimed before there was a limit.
    expect(await claim(plan, 0)).toBeUndefined();
    expect(await claim(plan, 0)).toMatchObject({ quantity: 25 });
    expect(await claim(plan, 1)).toMatchObject({ quantity: 20 });
    expect(await claim(plan, 2)).toBeUndefined();
    expect(await claim(plan, 3)).toMatchObject({ quantity: 5 });
  });

  test('is not overrun by many who claim at once', async () => {
    const plan = await planOf(await settled(await limited()), ...Array(30).fill(4));
    const handles = [0, 1, 2, 3].map(given.another);
    const claimed = await Promise.all(
      plan.orders.map((_, at) => claim(plan, at, handles[at % handles.length])),
    );
    expect(claimed.filter(Boolean)).toHaveLength(12);
  });

  describe('counts', () => {
    test.each([
      ['what was bought, and not what was missing', 'short', 3, 19],
      ['all of what is unknown', 'unknown', 0, 2],
      ['nothing of what was refused', 'refused', 0, 22],
      ['nothing of what was not sent', 'not_sent', 0, 22],
    ] as const)('%s', async (_, outcome, bought, left) => {
      const plan = await planOf(await settled(await limited()), 20, 25, 3);
      const order = await claim(plan, 0);
      await record(plan, answerTo(order!, outcome, { numbers: newNumbers(bought) }));
      for (const at of [1, 2]) await record(plan, answerTo((await claim(plan, at))!, 'filled'));
      // The others buy 28 of 50 numbers; the first order leaves this many.
      const more = await planOf(plan.account, left + 1, left);
      await claim(more, 0);
      expect(await claim(more, 0)).toBeUndefined();
      await changeAccount(given.ledger, plan.account.name, { resume: true }, { who: 'Ada' });
      expect(await claim(more, 1)).toMatchObject({ quantity: left });
    });

    test('what was claimed before it had a limit', async () => {
      const plan = await newPlan(given.ledger, { lines: linesOf(25, 20, 6) });
      const { id: accountId, name } = plan.account;
      const claimant = { accountId, worker: 'w', deadlineMs: 60_000 };
      expect(await claimOrders(given.ledger, plan.orders.slice(0, 2), claimant)).toHaveLength(2);
      await changeAccount(given.ledger, name, { dailyNumbers: 50 }, BY);
      await claim(plan, 2);
      expect(await claim(plan, 2)).toBeUndefined();
    });

    test('nothing of the day before', async () => {
      const plan = await planOf(await limited(), 25, 25, 25);
      await claim(plan, 0);
      for (const at of [0, 1]) expect(await claim(plan, at)).toBeDefined();
      await sql(
        given.ledger,
        `update ledger.attempts set claimed_at = claimed_at - interval '1 day' where order_id =
          any($1)`,
        [plan.orders],
      );
      await sql(given.ledger, 'update ledger.accounts set spent_on = spent_on - 1 where id = $1', [
        plan.account.id,
      ]);
      expect(await claim(plan, 2)).toBeDefined();
    });
  });

  describe('that has used it up', () => {
    const usedUp = async () => {
      const plan = await planOf(await limited(), 25, 25, 25);
      await claim(plan, 0);
      const first = await claim(plan, 0);
      const second = await claim(plan, 1);
      await record(plan, answerTo(first!, 'filled'));
      return { plan, second: second! };
    };

    test('waits for orders in flight, then rests until midnight UTC and says why', async () => {
      const { plan, second } = await usedUp();
      expect(await claim(plan, 2)).toBeUndefined();
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      await record(plan, answerTo(second, 'unknown'));
      expect(await claim(plan, 2)).toBeUndefined();
      const { resumeAt, restReason } = await now(plan.account);
      expect(restReason).toBe(REST);
      expect(resumeAt!.toISOString()).toMatch(/T00:00:00.000Z$/);
      const inHours = (resumeAt!.getTime() - Date.now()) / 3_600_000;
      expect(inHours).toBeGreaterThan(-0.1);
      expect(inHours).toBeLessThanOrEqual(24);
      expect(await why(plan, 2)).toMatchObject({ why: 'resting' });
      expect(await findPlan(given.ledger, plan.id)).toMatchObject({
        state: 'running',
        reason: REST,
      });
      const events = await sql(
        given.ledger,
        `select who, why from ledger.events where account_id = $1 and kind = 'account_limited'`,
        [plan.account.id],
      );
      expect(events).toEqual([{ who: 'daily limit', why: REST }]);
    });

    test.each([
      [
        'more is allowed',
        (name: string) => changeAccount(given.ledger, name, { dailyNumbers: 75 }, BY),
      ],
      [
        'none is set any more',
        (name: string) => changeAccount(given.ledger, name, { dailyNumbers: null }, BY),
      ],
    ])('goes on when %s', async (_, change) => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'filled'));
      await claim(plan, 2);
      expect((await now(plan.account)).restReason).toBe(REST);
      await change(plan.account.name);
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      const claimed = (await claim(plan, 2)) ?? (await claim(plan, 2));
      expect(claimed).toMatchObject({ quantity: 25 });
    });

    test('goes on when an unknown order turns out to have bought nothing', async () => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'unknown'));
      await claim(plan, 2);
      expect((await now(plan.account)).restReason).toBe(REST);
      const by = { who: 'Ada', why: 'the vendor says so' };
      await settleOrder(given.ledger, second.id, { nothing: true }, by);
      await claim(plan, 2);
      expect(await claim(plan, 2)).toMatchObject({ quantity: 25 });
    });

    test('looks again when a person resumes it, and rests again', async () => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'filled'));
      await claim(plan, 2);
      await changeAccount(given.ledger, plan.account.name, { resume: true }, { who: 'Ada' });
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      expect(await claim(plan, 2)).toBeUndefined();
      expect((await now(plan.account)).restReason).toBe(REST);
    });
  });

  test('tries one order alone after a pause, and counts that one as well', async () => {
    const account = await settled(await limited());
    const plan = await planOf(account, 25, 25);
    const wanted = `update ledger.accounts set probe = 'wanted' where id = $1 returning spent`;
    expect(await sql(given.ledger, wanted, [account.id])).toEqual([{ spent: 0 }]);
    expect(await claim(plan, 0)).toBeDefined();
    expect(await claim(plan, 1)).toBeUndefined();
    expect(await why(plan, 1)).toMatchObject({ why: 'resting' });
    const counted = 'select spent, probe from ledger.accounts where id = $1';
    expect(await sql(given.ledger, counted, [account.id])).toEqual([{ spent: 25, probe: 'sent' }]);
  });

  test('cannot have one below the largest order', async () => {
    const { name } = await newAccount(given.ledger);
    const change = changeAccount(given.ledger, name, { dailyNumbers: 24 }, BY);
    expect(await brokenConstraint(change)).toBe('accounts_daily_numbers_sane');
  });
});
