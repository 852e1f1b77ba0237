import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Account,
  changeAccount,
  findPlan,
  type Ledger,
  recordAnswers,
} from '../../src/ledger/index.ts';
import { type Obstacle, observe, obstaclesOf } from '../../src/obstacles/index.ts';
import { type OrderQueue, openQueue } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { setClock, sql } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { dailyLimit, linesOf, newAccount, newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claim, claimAsJob } from '../support/sending.ts';

describeOnALedger('what stands in the way of an account', (given) => {
  let ledger: Ledger;
  let queue: OrderQueue;
  let account: Account;

  beforeAll(async () => {
    ledger = given.ledger;
    account = await newAccount(ledger, 4);
    queue = await openQueue(account.name, { ledger, redisUrl: null });
    atEnd(queue.close);
  });

  const beat = ({ id, name }: Account) =>
    sql(
      ledger,
      `insert into ledger.workers (name, account_id, seen_tick, found)
       values ($1, $2, 0, ledger.incarnation())
       on conflict on constraint workers_pkey do update set seen_at = ledger.now()`,
      [`worker of ${name}`, id],
    );
  const running = async (wishes: { account?: Account; quantities?: number[] } = {}) => {
    const own = wishes.account ?? account;
    await beat(own);
    return newPlan(ledger, { account: own, lines: linesOf(...(wishes.quantities ?? [5, 5, 5])) });
  };
  const sources = () => ({ ledger, queueOf: async () => queue });
  const kindsFor = async ({ name }: Account) =>
    (await obstaclesOf(sources(), name)).map(({ kind }) => kind);
  const observed = async ({ id }: SmallPlan) => observe(sources(), await findPlan(ledger, id));

  test('is nothing while a worker is heard, and a plan that runs moves', async () => {
    const plan = await running();
    expect(await observed(plan)).toMatchObject({ isMoving: true, obstacles: [], etaSeconds: 1 });
  });

  test('is nothing while the last answers are awaited, and no time is left to say', async () => {
    const plan = await running();
    await claim(ledger, plan, plan.orders.slice(1));
    expect(await observed(plan)).toMatchObject({ etaSeconds: 1, sendingOrders: 2 });
    await claim(ledger, plan);
    const last = { isMoving: true, etaSeconds: null, obstacles: [] };
    expect(await observed(plan)).toMatchObject({ ...last, pendingOrders: 3, sendingOrders: 3 });
  });

  test('is a queue that was paused past the ledger, until it is resumed', async () => {
    const plan = await running();
    await queue.queue.pause();
    expect(await observed(plan)).toMatchObject({
      isMoving: false,
      etaSeconds: null,
      secondsNeeded: 1,
      reason: `The queue of ${account.name} is paused on its board.`,
      obstacles: [{ kind: 'queue_paused', until: null }],
    });
    await queue.queue.resume();
    expect((await observed(plan)).isMoving).toBe(true);
  });

  test('is a queue that does not answer', async () => {
    await beat(account);
    const away = () => Promise.reject(new Error('away'));
    expect(await obstaclesOf({ ledger, queueOf: away }, account.name)).toMatchObject([
      { kind: 'queue_away' },
    ]);
  });

  test('is that no worker was heard for 20 s', async () => {
    const lonely = await newAccount(ledger);
    expect(await kindsFor(lonely)).toEqual(['no_worker']);
    // Whoever has its worker need not hear of it.
    const own = { ...sources(), worksFor: [lonely.name] };
    expect(await obstaclesOf(own, lonely.name)).toEqual([]);
    await beat(lonely);
    expect(await kindsFor(lonely)).toEqual([]);
    await setClock(ledger, '25 s');
    expect(await kindsFor(lonely)).toEqual(['no_worker']);
    await setClock(ledger, '0');
  });

  test('is a pause of the account, told before all else', async () => {
    const paused = await newAccount(ledger);
    await changeAccount(ledger, paused.name, { pause: 'the price changed' }, { who: 'Ada' });
    expect(await obstaclesOf(sources(), paused.name)).toMatchObject([
      {
        kind: 'account_paused',
        words: `Account ${paused.name} is paused: the price changed`,
        cause: 'the price changed',
      },
      { kind: 'no_worker' },
    ]);
  });

  test('is nothing for a plan that has ended or was not started', async () => {
    const lonely = await newAccount(ledger);
    const ready = await newPlan(ledger, { account: lonely, started: false });
    expect((await observed(ready)).obstacles).toEqual([]);
  });

  describe('is a vendor that is not reached', () => {
    const what = 'Nothing was sent: the connection was refused (ECONNREFUSED).';
    const fail = async (plan: SmallPlan, id: number) => {
      const [order] = await claim(ledger, plan, [id]);
      await recordAnswers(ledger, plan.account.id, [answerTo(order!, 'not_sent', { what })]);
    };

    test('twice in a row, until an order is answered', async () => {
      const own = await newAccount(ledger);
      const plan = await running({ account: own });
      const [first, second] = plan.orders;
      await fail(plan, first!);
      expect(await kindsFor(own)).toEqual([]);
      await fail(plan, first!);
      expect(await obstaclesOf(sources(), own.name)).toEqual<Obstacle[]>([
        {
          kind: 'vendor_away',
          words: `The vendor cannot be reached. ${what}`,
          cause: what,
          until: null,
        },
      ]);
      const [order] = await claim(ledger, plan, [second!]);
      await recordAnswers(ledger, own.id, [answerTo(order!, 'filled')]);
      expect(await kindsFor(own)).toEqual([]);
    });

    test('also while the order that was not sent is tried again', async () => {
      const own = await newAccount(ledger);
      const plan = await running({ account: own, quantities: [5] });
      const [only] = plan.orders;
      await fail(plan, only!);
      await fail(plan, only!);
      await claim(ledger, plan, [only!]);
      expect(await kindsFor(own)).toEqual(['vendor_away']);
    });
  });

  test('is a rest that the vendor asked for, with its end, unless it is short', async () => {
    const own = await newAccount(ledger, 1);
    const plan = await running({ account: own });
    const throttle = async (retryAfterMs: number) => {
      const [order] = await claim(ledger, plan, plan.orders.slice(0, 1));
      const answer = answerTo(order!, 'throttled', { retryAfterMs });
      await recordAnswers(ledger, own.id, [answer]);
    };
    await throttle(2_000);
    expect(await kindsFor(own)).toEqual([]);
    await changeAccount(ledger, own.name, { resume: true }, { who: 'Ada' });
    const before = Date.now();
    await throttle(60_000);
    const { isMoving, etaSeconds, obstacles } = await observed(plan);
    expect(isMoving).toBe(false);
    expect(obstacles).toMatchObject([{ kind: 'throttled' }]);
    const until = obstacles[0]!.until!.getTime();
    expect(until).toBeGreaterThanOrEqual(before + 60_000);
    // Three seconds more at one order a second.
    const elapsed = (Date.now() - before) / 1000;
    expect(etaSeconds).toBeLessThanOrEqual(63);
    expect(etaSeconds).toBeGreaterThanOrEqual(Math.floor(63 - elapsed));
  });

  test('is a daily limit that is reached, which ends at midnight UTC', async () => {
    const own = await newAccount(ledger, 1);
    await changeAccount(ledger, own.name, { limits: [dailyLimit(25)] }, { who: 'Ada' });
    const plan = await running({ account: own, quantities: [25, 25, 25, 25] });
    const order = await claimAsJob(ledger, plan, 0);
    await recordAnswers(ledger, own.id, [answerTo(order!, 'filled')]);
    const midnight = Math.ceil((86_400_000 - (Date.now() % 86_400_000)) / 1000);
    expect(await kindsFor(own)).toEqual([]);
    const before = await observed(plan);
    expect(before.isMoving).toBe(true);
    // three orders of 25 are left, and there is room for one a day.
    expect(before.etaSeconds! - midnight - 2 * 86_400).toBeLessThan(30);
    expect(await claimAsJob(ledger, plan, 1)).toBeUndefined();
    const { isMoving, etaSeconds, obstacles } = await observed(plan);
    expect(isMoving).toBe(false);
    expect(obstacles).toMatchObject([{ kind: 'limit' }]);
    expect(Math.abs(etaSeconds! - midnight - 2 * 86_400)).toBeLessThan(30);
  });

  test('of a day is not counted twice, when what is left of it fits no order', async () => {
    const own = await newAccount(ledger, 1);
    await changeAccount(ledger, own.name, { limits: [dailyLimit(40)] }, { who: 'Ada' });
    const plan = await running({ account: own, quantities: [25, 25] });
    const order = await claimAsJob(ledger, plan, 0);
    await recordAnswers(ledger, own.id, [answerTo(order!, 'filled')]);
    expect(await claimAsJob(ledger, plan, 1)).toBeUndefined();
    const midnight = Math.ceil((86_400_000 - (Date.now() % 86_400_000)) / 1000);
    const { etaSeconds, obstacles } = await observed(plan);
    expect(obstacles).toMatchObject([{ kind: 'limit' }]);
    expect(Math.abs(etaSeconds! - midnight)).toBeLessThan(30);
  });

  test('is a clock that was set, while the queue is built again', async () => {
    await beat(account);
    await sql(ledger, `update ledger.accounts set requeue = 'wanted' where id = $1`, [account.id]);
    expect(await kindsFor(account)).toEqual(['clock_set']);
    await sql(ledger, 'update ledger.accounts set requeue = null where id = $1', [account.id]);
  });
});
