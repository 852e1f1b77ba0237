import { describe, expect, test } from 'vitest';
import {
  changeAccount,
  letIn,
  noteLostSuccessors,
  openSuccessors,
  orderId,
  retryPlan,
  settleOrder,
} from '../../src/ledger/index.ts';
import { lookForLost, suspectNewPlans } from '../../src/maintenance/look-for-lost.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import { BY } from '../support/by.ts';
import { ladderPlan, step } from '../support/ladder-plan.ts';
import { attemptsOf, orderRow, passTime } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line, linesOf, newAccount, newPlan, type SmallPlan } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { newNumbers, readList, sendOne } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';
import { ground, moveOn, vouchNow } from '../vouch/vouching.ts';

describeOnALedger('a look for what the ledger has lost', (given) => {
  const LIST_LAG_MS = 60_000;

  /**
   * Two orders for ten numbers in 212; `lists` were read before the database became another one.
   */
  const moved = async (lists: string[][], before = async (_: SmallPlan) => {}) => {
    const plan = await newPlan(given.ledger, { lines: linesOf(10, 10) });
    for (const list of lists) await readList(given.ledger, plan.account, list);
    await before(plan);
    await moveOn(given.ledger);
    return plan;
  };

  const looking = (plan: SmallPlan, list: string[] | Error) => {
    const read = () => (list instanceof Error ? Promise.reject(list) : list);
    return reconcilingBy(given.ledger, plan, read, { listLagMs: LIST_LAG_MS });
  };
  const look = (plan: SmallPlan, list: string[] | Error) => lookForLost(looking(plan, list));
  const pausedReason = async (plan: SmallPlan) => (await ground(given.ledger, plan)).pausedReason;
  const states = async ({ orders }: SmallPlan) =>
    Promise.all(orders.map(async (id) => (await orderRow(given.ledger, id)).state));

  test('puts as many orders in doubt as have room for the new numbers that fit', async () => {
    const [old, ...lost] = newNumbers(3) as [string, ...string[]];
    const plan = await moved([[old]]);
    expect(await look(plan, [old, ...lost])).toBeNull();
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
    expect(await pausedReason(plan)).toMatch(/owns 2 numbers .* 1 waiting order may have bought/);
  });

  test('puts an order in doubt that was refused then, when it is tried again', async () => {
    const [old, lost] = newNumbers(2) as [string, string];
    const plan = await moved([[old]], async (of) => {
      for (const order of of.orders) {
        await sendOne(given.ledger, of, 'refused', {}, order);
      }
    });
    await look(plan, [old, lost]);
    expect(await states(plan)).toEqual(['refused', 'refused']);
    await vouchNow(given.ledger, plan);
    await expect(retryPlan(given.ledger, plan.id, BY)).rejects.toMatchObject({
      code: 'against_evidence',
    });
    await retryPlan(given.ledger, plan.id, BY, ANYHOW);
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
  });

  test('puts the next order in doubt, when a person settles the first as nothing', async () => {
    const [old, lost] = newNumbers(2) as [string, string];
    const plan = await moved([[old]]);
    await look(plan, [old, lost]);
    await vouchNow(given.ledger, plan);
    await settleOrder(given.ledger, plan.orders[0]!, NOTHING, BY, ANYHOW);
    expect(await states(plan)).toEqual(['waiting', 'unknown']);
    // Each is cleared once: then nobody of this plan has bought it.
    await settleOrder(given.ledger, plan.orders[1]!, NOTHING, BY, ANYHOW);
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
  });

  test('lets what it puts in doubt be settled by the same list at once', async () => {
    const [old, ...lost] = newNumbers(3) as [string, ...string[]];
    const plan = await moved([[old]]);
    await look(plan, [old, ...lost]);
    const early = settleOrder(given.ledger, plan.orders[0]!, { bought: lost }, BY);
    await expect(early).rejects.toThrow('no worker has found out yet what it may have lost');
    await vouchNow(given.ledger, plan);
    const { settled } = await reconcile(looking(plan, [old, ...lost]));
    expect(settled).toEqual([{ order: plan.orders[0], state: 'short', bought: 2 }]);
  });

  test('finds nothing in what an earlier list had', async () => {
    const [one, other] = newNumbers(2) as [string, string];
    const plan = await moved([[one], [one, other]]);
    expect(await look(plan, [one, other])).toBeNull();
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
    expect(await pausedReason(plan)).toBeNull();
  });

  test('finds a number that has come back to the list: it may be bought again', async () => {
    const all = newNumbers(30);
    const plan = await moved([all, all.slice(1)]);
    await look(plan, all);
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
  });

  test('finds nothing in what an order has, after a list that was cut off', async () => {
    const all = newNumbers(30);
    const lines = [line({ quantity: 1 }), line({ line: 3, areaCode: '646' }), line({ line: 4 })];
    const plan = await newPlan(given.ledger, { lines });
    const { ledger } = given;
    await sendOne(ledger, plan, 'filled', { numbers: all.slice(-1) });
    await readList(ledger, plan.account, all);
    await passTime(ledger, plan.account, LIST_LAG_MS);
    await readList(ledger, plan.account, all.slice(0, -1));
    await sendOne(ledger, plan, 'unknown', {}, plan.orders[1]);
    await moveOn(ledger);
    expect(await look(plan, all)).toBeNull();
    expect(await states(plan)).toEqual(['filled', 'unknown', 'waiting']);
    expect(await pausedReason(plan)).toBeNull();
  });

  test('takes an order for one sent again that was in doubt already and fits', async () => {
    const [old, lost] = newNumbers(2) as [string, string];
    const plan = await moved([[old]], async (some) => {
      await sendOne(given.ledger, some, 'unknown');
    });
    expect(await look(plan, [old, lost])).toBeNull();
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
    const attempts = await attemptsOf(given.ledger, plan.orders[0]!);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not_sent', 'unknown']);
    // Once is enough.
    await look(plan, [old, lost]);
    expect(await attemptsOf(given.ledger, plan.orders[0]!)).toHaveLength(2);
  });

  test('tells nothing when the list is empty, unless it is that of our own sandbox', async () => {
    const plan = await moved([[]]);
    expect(await look(plan, [])).toContain('is empty');
    expect(await lookForLost({ ...looking(plan, []), isOwn: true })).toBeNull();
  });

  test.each([
    ['cannot be read', (_: string[]) => new Error('the vendor is away'), 'the vendor is away'],
    ['has lost most of its numbers', (old: string[]) => old.slice(0, 5), 'lacks'],
  ])('tells nothing when the list %s', async (_, listOf, fault) => {
    const old = newNumbers(30);
    const plan = await moved([old]);
    expect(await look(plan, listOf(old))).toContain(fault);
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
  });

  test('puts orders in doubt when the list may be cut off, and does not believe it', async () => {
    const old = newNumbers(30);
    const plan = await moved([old]);
    expect(await look(plan, [...old, ...newNumbers(70)])).toContain('100');
    expect(await states(plan)).toEqual(['unknown', 'unknown']);
  });

  /** Asks for 212, and may buy 332 in its place. */
  const withLadder = (account: SmallPlan['account'], ...quantities: number[]) =>
    ladderPlan(given.ledger, { account, quantities, steps: [step(1, '332')] });

  test('puts the successor in doubt that would come next: it may have been lost', async () => {
    const plan = await withLadder(await newAccount(given.ledger), 10);
    const [old, lost] = ['2125550177', '3325550177'];
    await readList(given.ledger, plan.account, [old]);
    await sendOne(given.ledger, plan, 'short');
    await moveOn(given.ledger);
    expect(await look(plan, [old, lost])).toBeNull();
    expect(await orderRow(given.ledger, plan.orders[0]! + 1)).toMatchObject({ state: 'unknown' });
  });

  test('sends no order again whose successor may have bought what fits another one', async () => {
    const { ledger } = given;
    const other = await newPlan(ledger, { lines: [line({ areaCode: '332' })] });
    const plan = await withLadder(other.account, 10);
    await readList(ledger, plan.account, ['2125550100']);
    await moveOn(ledger);
    await look(plan, ['2125550100', '3325550001', '3325550002']);
    expect([await states(other), await states(plan)]).toEqual([['unknown'], ['unknown']]);
    await vouchNow(ledger, plan);
    await settleOrder(ledger, plan.orders[0]!, NOTHING, BY, ANYHOW);
    expect(await states(plan)).toEqual(['short']);
  });

  test('puts a new successor in doubt while numbers of lost ones have no order', async () => {
    const { ledger } = given;
    const plan = await withLadder(await newAccount(ledger), 10, 10);
    await readList(ledger, plan.account, ['2125550100']);
    await moveOn(ledger);
    // Another family's, which will not be made again.
    await noteLostSuccessors(ledger, [{ orderId: orderId(plan.id, 10), attempt: 1 }]);
    await vouchNow(ledger, plan);
    await sendOne(ledger, plan, 'short');
    await readList(ledger, plan.account, ['2125550100', '3325550001', '3325550002']);
    expect(await openSuccessors(ledger, plan.account.id, 60_000)).toBe(1);
    await suspectNewPlans(looking(plan, []));
    expect((await orderRow(ledger, orderId(plan.id, 3))).state).toBe('unknown');
    expect(await pausedReason(plan)).toMatch('owns 2 numbers that the ledger does not know');
  });

  test('pauses for numbers that fit no order: the vendor may have sold other ones', async () => {
    const [old, stranger] = ['2125550100', '6465550100'];
    const plan = await moved([[old]]);
    expect(await look(plan, [old, stranger])).toBeNull();
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
    expect(await pausedReason(plan)).toMatch(/owns 1 number .* fit no order.*"strays [^"]+" lists/);
  });

  test('shows nothing where no list is from before, however often it is read', async () => {
    const sold = newNumbers(1);
    const plan = await moved([], async (of) => {
      await sendOne(given.ledger, of, 'short', { numbers: sold });
    });
    const owned = [...sold, '6465550100'];
    for (let times = 0; times < 2; times++)
      expect(await look(plan, owned)).toContain('no order here has 1 of the numbers');
    expect(await look(plan, sold)).toContain('lacks 1 of the 2');
  });

  test('shows that nothing is lost where every number has an order', async () => {
    const sold = newNumbers(1);
    const plan = await moved([], async (of) => {
      await sendOne(given.ledger, of, 'short', { numbers: sold });
    });
    expect(await look(plan, sold)).toBeNull();
    expect(await pausedReason(plan)).toBeNull();
  });

  describe('suspects the plans that come after it', () => {
    /** The ledger has lost a plan of which 415 numbers were bought. */
    const lostPlan = async () => {
      // A number belongs to one order of a ledger only.
      const [old, ...bought] = newNumbers(3, '415');
      const plan = await moved([[old!]]);
      const list = [old!, ...bought];
      await look(plan, list);
      await changeAccount(given.ledger, plan.account.name, { resume: true }, BY);
      // Later lists, in later runs of the database.
      await readList(given.ledger, plan.account, list);
      await moveOn(given.ledger);
      await readList(given.ledger, plan.account, list);
      const lines = [
        line({ line: 2, areaCode: '415', quantity: 20 }),
        line({ line: 3, quantity: 3 }),
      ];
      const again = await newPlan(given.ledger, { account: plan.account, lines });
      return { again, bought, list };
    };
    const planOf415 = ({ account }: SmallPlan) =>
      newPlan(given.ledger, { account, lines: [line({ areaCode: '415', quantity: 20 })] });
    const suspect = (plan: SmallPlan, list: string[]) => suspectNewPlans(looking(plan, list));

    test('also in later runs, and their orders can be settled by any list then', async () => {
      const { again, bought, list } = await lostPlan();
      await suspect(again, list);
      expect(await states(again)).toEqual(['unknown', 'waiting']);
      expect(await pausedReason(again)).toMatch(
        /owns 2 numbers .* 1 waiting order may have bought/,
      );
      await vouchNow(given.ledger, again);
      const { settled } = await reconcile(looking(again, list));
      expect(settled).toEqual([{ order: again.orders[0], state: 'short', bought: bought.length }]);
      await changeAccount(given.ledger, again.account.name, { resume: true }, BY);
      const third = await planOf415(again);
      await suspect(third, list);
      expect([await states(third), await pausedReason(third)]).toEqual([['waiting'], null]);
    });

    test('though an order that was sent since is in doubt', async () => {
      const { again, list } = await lostPlan();
      await vouchNow(given.ledger, again);
      await sendOne(given.ledger, again, 'unknown');
      const third = await planOf415(again);
      await suspect(third, list);
      expect(await states(third)).toEqual(['unknown']);
    });

    test('and none of which an order has entered the queue', async () => {
      const { again, list } = await lostPlan();
      await letIn(given.ledger, again.id, 1);
      await suspect(again, list);
      expect(await states(again)).toEqual(['waiting', 'waiting']);
    });
  });
});
