import { describe, expect, test } from 'vitest';
import {
  type Account,
  changeAccount,
  findAccount,
  findPlan,
  goOnWithinLimits,
  recordAnswers,
  settleOrder,
  steerPlan,
  whyNotClaimed,
} from '../../../src/ledger/index.ts';
import type { Limit } from '../../../src/limits/index.ts';
import {
  answerTo,
  brokenConstraint,
  claim,
  claimAsJob,
  claimSingleOf,
  dailyLimit,
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

describeOnBothDrivers('limits', (given) => {
  const limit = async (account: Account, ...limits: Limit[]): Promise<Account> =>
    changeAccount(given.ledger, account.name, { limits }, BY);
  const limited = async (...limits: Limit[]) =>
    limit(await newAccount(given.ledger), ...(limits.length > 0 ? limits : [dailyLimit(50)]));
  /** A plan of orders of these quantities, started by `who`. */
  const planOf = async (
    account: Account,
    quantities: number[],
    who = 'Ada',
  ): Promise<SmallPlan> => {
    const plan = await newPlan(given.ledger, {
      account,
      lines: linesOf(...quantities),
      started: false,
    });
    await steerPlan(given.ledger, plan.id, 'start', { who });
    return plan;
  };
  const now = ({ name }: Account) => findAccount(given.ledger, name);
  const spent = async (account: Account) =>
    (await now(account)).limits.map((each) => each.spent?.numbers ?? null);
  const why = ({ orders, account }: SmallPlan, at: number) =>
    whyNotClaimed(given.ledger, orders[at]!, account.id);
  const record = (plan: SmallPlan, answer: ReturnType<typeof answerTo>) =>
    recordAnswers(given.ledger, plan.account.id, [answer]);
  const goOn = ({ id }: Account) => goOnWithinLimits(given.ledger, id);
  const claimed = async (plan: SmallPlan, at: number) => claimAsJob(given.ledger, plan, at);

  test('let a batch take what they leave room for, and smaller orders after it', async () => {
    const plan = await planOf(await limited(), [25, 20, 6, 5]);
    const batch = await claim(given.ledger, plan);
    expect(batch.map(({ quantity }) => quantity)).toEqual([25, 20]);
    expect(await claim(given.ledger, plan, [plan.orders[2]!])).toEqual([]);
    expect(await claim(given.ledger, plan, [plan.orders[3]!])).toHaveLength(1);
    expect(await spent(plan.account)).toEqual([50]);
  });

  test('are not exceeded by many who claim at once, in batches of any size', async () => {
    const plan = await planOf(await limited(), Array(30).fill(4));
    const batches = [1, 2, 3, 5, 1, 4, 6, 2, 3, 3];
    const handles = [0, 1, 2, 3].map(() => given.another());
    let at = 0;
    const made = await Promise.all(
      batches.map((size, n) => {
        const ids = plan.orders.slice(at, at + size);
        at += size;
        return claim(handles[n % 4]!, plan, ids);
      }),
    );
    // A batch of which some does not fit is asked for again, one order at a time.
    for (const [n] of plan.orders.entries()) await claimed(plan, n);
    const states = await sql<{ n: number }>(
      given.ledger,
      `select count(*)::int as n from ledger.orders where plan_id = $1 and state = 'sending'`,
      [plan.id],
    );
    expect(made.flat().length).toBeLessThanOrEqual(12);
    expect(states).toEqual([{ n: 12 }]);
    expect(await spent(plan.account)).toEqual([48]);
  });

  test.each([
    ['what was bought, and not what was missing', 'short', 3, 3],
    ['all of what is unknown', 'unknown', 0, 20],
    ['nothing of what was refused', 'refused', 0, 0],
    ['nothing of what was not sent', 'not_sent', 0, 0],
  ] as const)('count %s', async (_, outcome, bought, counts) => {
    const plan = await planOf(await limited(), [20, 25]);
    const order = await claimed(plan, 0);
    expect(await spent(plan.account)).toEqual([20]);
    await record(plan, answerTo(order!, outcome, { numbers: newNumbers(bought) }));
    expect(await spent(plan.account)).toEqual([counts]);
    await limit(plan.account, dailyLimit(50));
    // Counted anew, it is the same.
    expect(await spent(plan.account)).toEqual([counts]);
  });

  test('count what was claimed before there was one', async () => {
    const plan = await planOf(await newAccount(given.ledger), [25, 20, 6]);
    expect(await claim(given.ledger, plan, plan.orders.slice(0, 2))).toHaveLength(2);
    await limit(plan.account, dailyLimit(50));
    expect(await claimed(plan, 2)).toBeUndefined();
  });

  test('of a day count nothing of the day before, and those of a month do', async () => {
    const month: Limit = { person: null, period: 'month', numbers: 100, money: null };
    const account = await limited(dailyLimit(50), month);
    const plan = await planOf(account, [25, 25, 25, 25, 25]);
    await claim(given.ledger, plan, plan.orders.slice(0, 2));
    expect(await claimed(plan, 2)).toBeUndefined();
    // On the first of a month, the day before is in another month.
    const isFirst = new Date().getUTCDate() === 1;
    await sql(given.ledger, 'update ledger.spending set day = day - 1 where account_id = $1', [
      account.id,
    ]);
    await goOn(account);
    expect(await spent(account)).toEqual([0, isFirst ? 0 : 50]);
    expect(await claim(given.ledger, plan, plan.orders.slice(2))).toHaveLength(2);
  });

  describe('of all together that are used up', () => {
    const usedUp = async () => {
      const plan = await planOf(await limited(), [25, 25, 25]);
      const first = await claimed(plan, 0);
      const second = await claimed(plan, 1);
      await record(plan, answerTo(first!, 'filled'));
      return { plan, second: second! };
    };

    test('let the account rest until midnight UTC, or until an answer makes room', async () => {
      const { plan, second } = await usedUp();
      expect(await claimed(plan, 2)).toBeUndefined();
      await record(plan, answerTo(second, 'short', { numbers: [] }));
      await goOn(plan.account);
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      expect(await claimed(plan, 2)).toBeDefined();
      const more = await planOf(plan.account, [1]);
      expect(await claimed(more, 0)).toBeUndefined();
      await goOn(plan.account);
      const { resumeAt, restReason } = await now(plan.account);
      expect(restReason).toBe(REST);
      expect(resumeAt!.toISOString()).toMatch(/T00:00:00.000Z$/);
      const inHours = (resumeAt!.getTime() - Date.now()) / 3_600_000;
      expect(inHours).toBeGreaterThan(-0.1);
      expect(inHours).toBeLessThanOrEqual(24);
      expect(await why(more, 0)).toMatchObject({ why: 'resting' });
      expect(await findPlan(given.ledger, plan.id)).toMatchObject({
        state: 'running',
        reason: REST,
      });
      const events = await sql(
        given.ledger,
        `select who, why from ledger.events where account_id = $1 and kind = 'account_limited'`,
        [plan.account.id],
      );
      expect(events).toEqual(Array(2).fill({ who: 'limit', why: REST }));
    });

    test.each([
      ['more is allowed', [dailyLimit(75)]],
      ['none is set any more', []],
    ])('go on when %s', async (_, limits) => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'filled'));
      await claimed(plan, 2);
      expect((await now(plan.account)).restReason).toBe(REST);
      await limit(plan.account, ...limits);
      await goOn(plan.account);
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      expect(await claimed(plan, 2)).toMatchObject({ quantity: 25 });
    });

    test('go on when an unknown order turns out to have bought nothing', async () => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'unknown'));
      await claimed(plan, 2);
      expect((await now(plan.account)).restReason).toBe(REST);
      const by = { who: 'Ada', why: 'the vendor says so' };
      await settleOrder(given.ledger, second.id, { nothing: true }, by);
      await goOn(plan.account);
      expect(await claimed(plan, 2)).toMatchObject({ quantity: 25 });
    });

    test('look again when a person resumes the account, and it rests again', async () => {
      const { plan, second } = await usedUp();
      await record(plan, answerTo(second, 'filled'));
      await claimed(plan, 2);
      await changeAccount(given.ledger, plan.account.name, { resume: true }, { who: 'Ada' });
      expect(await now(plan.account)).toMatchObject({ resumeAt: null, restReason: null });
      expect(await claimed(plan, 2)).toBeUndefined();
      expect((await now(plan.account)).restReason).toBe(REST);
    });
  });

  test('let one order be tried alone after a pause, and count that one as well', async () => {
    const account = await limited();
    const plan = await planOf(account, [25, 25]);
    const wanted = `update ledger.accounts set probe = 'wanted' where id = $1`;
    await sql(given.ledger, wanted, [account.id]);
    expect(await why(plan, 0)).toEqual({ why: 'single' });
    expect(await claimSingleOf(given.ledger, plan, 0)).toBeDefined();
    expect(await claimSingleOf(given.ledger, plan, 1)).toBeUndefined();
    expect(await why(plan, 1)).toMatchObject({ why: 'resting' });
    expect(await spent(account)).toEqual([25]);
  });

  describe('of a person', () => {
    const ofAda: Limit = { person: 'ada', period: 'day', numbers: 30, money: null };
    const ofOthers: Limit = { person: '*', period: 'day', numbers: 25, money: null };

    test('hold only what that person started, and what nobody else is named for', async () => {
      const account = await limited(ofAda, ofOthers);
      const [ada, grace, vic] = [
        await planOf(account, [25, 6, 5], 'ada'),
        await planOf(account, [25, 1], 'grace'),
        await planOf(account, [20, 5, 1], 'vic'),
      ];
      expect(await claim(given.ledger, ada)).toHaveLength(1);
      expect(await claim(given.ledger, ada, [ada.orders[2]!])).toHaveLength(1);
      expect(await claim(given.ledger, grace)).toHaveLength(1);
      expect(await claim(given.ledger, vic)).toHaveLength(2);
      const states = (await now(account)).limits.map((each) => [each.person, each.spent?.numbers]);
      expect(states).toEqual([
        ['*', undefined],
        ['ada', 30],
        ['grace', 25],
        ['vic', 25],
      ]);
    });

    test('of each other person hold for plans, too, after that person has bought', async () => {
      const ofPlan: Limit = { person: '*', period: 'plan', numbers: 30, money: null };
      const account = await limited(ofPlan, { ...ofOthers, numbers: 100 });
      await claim(given.ledger, await planOf(account, [10], 'grace'));
      await expect(planOf(account, [25, 6], 'grace')).rejects.toMatchObject({ code: 'over_limit' });
    });

    test('hold for the user of the machine with the same name', async () => {
      const account = await limited(ofAda);
      expect(await claim(given.ledger, await planOf(account, [25], 'Ada'))).toHaveLength(1);
      expect(await claim(given.ledger, await planOf(account, [6], 'system:ada'))).toEqual([]);
    });

    test('pause the plan with the reason, and the others go on', async () => {
      const account = await limited(ofAda);
      const ada = await planOf(account, [25, 25], 'ada');
      const grace = await planOf(account, [25], 'grace');
      await record(ada, answerTo((await claimed(ada, 0))!, 'filled'));
      expect(await claimed(ada, 1)).toBeUndefined();
      expect(await findPlan(given.ledger, ada.id)).toMatchObject({
        state: 'paused',
        reason:
          'The daily limit of 30 numbers of ada leaves no room for the next order: ' +
          'it goes on at 00:00 UTC',
      });
      expect(await why(ada, 1)).toEqual({ why: 'gone' });
      expect(await claimed(grace, 0)).toBeDefined();
    });

    const heldPlan = async () => {
      const account = await limited(ofAda);
      const plan = await planOf(account, [25, 25], 'ada');
      await record(plan, answerTo((await claimed(plan, 0))!, 'filled'));
      await claimed(plan, 1);
      await goOn(account);
      expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'paused' });
      return plan;
    };

    test('are taken up by the sweep when they leave room again', async () => {
      const plan = await heldPlan();
      await limit(plan.account, { ...ofAda, numbers: 50 });
      await goOn(plan.account);
      expect(await findPlan(given.ledger, plan.id)).toMatchObject({ state: 'running' });
      expect(await claimed(plan, 1)).toMatchObject({ quantity: 25 });
    });

    test('leave a plan paused that a person pauses meanwhile', async () => {
      const plan = await heldPlan();
      await steerPlan(given.ledger, plan.id, 'pause', { who: 'Ada', why: 'not now' });
      await limit(plan.account);
      await goOn(plan.account);
      expect(await findPlan(given.ledger, plan.id)).toMatchObject({
        state: 'paused',
        reason: 'not now',
      });
    });
  });

  test('of several kinds stop several plans, each with its own reason', async () => {
    const ofDay: Limit = { person: 'ada', period: 'day', numbers: 25, money: null };
    const ofMonth: Limit = { person: 'bob', period: 'month', numbers: 25, money: null };
    const account = await limited(ofDay, ofMonth);
    const plans = [await planOf(account, [25, 1], 'ada'), await planOf(account, [25, 1], 'bob')];
    for (const plan of plans) {
      await claimed(plan, 0);
      expect(await claimed(plan, 1)).toBeUndefined();
    }
    const reasons = [];
    for (const { id } of plans) reasons.push((await findPlan(given.ledger, id)).reason);
    expect(reasons).toEqual([
      expect.stringMatching(/^The daily limit of 25 numbers of ada leaves no room/),
      expect.stringMatching(/^The monthly limit of 25 numbers of bob leaves no room/),
    ]);
  });

  test('hold only the plan of an order that is larger than a limit that was lowered', async () => {
    const account = await limited(dailyLimit(50));
    const plan = await planOf(account, [25]);
    await sql(given.ledger, 'alter table ledger.limits drop constraint limits_fit_an_order');
    await sql(given.ledger, 'update ledger.limits set numbers = 20 where account_id = $1', [
      account.id,
    ]);
    expect(await claimed(plan, 0)).toBeUndefined();
    expect(await findPlan(given.ledger, plan.id)).toMatchObject({
      state: 'paused',
      heldUntil: null,
      reason:
        'The daily limit of 20 numbers is less than the next order alone: ' +
        'it goes on when the limit is raised',
    });
    await limit(account, dailyLimit(50));
    await goOn(account);
    expect(await claimed(plan, 0)).toBeDefined();
    await sql(
      given.ledger,
      `alter table ledger.limits add constraint limits_fit_an_order
       check (period = 'plan' or numbers >= 25)`,
    );
  });

  test('cannot be below the largest order', async () => {
    const { name } = await newAccount(given.ledger);
    const change = changeAccount(given.ledger, name, { limits: [dailyLimit(24)] }, BY);
    expect(await brokenConstraint(change)).toBe('limits_fit_an_order');
  });
});
