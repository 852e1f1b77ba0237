import { describe, expect, test } from 'vitest';
import { orderId } from '../../src/ledger/index.ts';
import { lookForLost, suspectNewPlans } from '../../src/maintenance/look-for-lost.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import { BY } from '../support/by.ts';
import { step } from '../support/ladder-plan.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line, linesOf, type SmallPlan } from '../support/plans.ts';
import { newNumbers } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';

describeOnALedger('a look for what the ledger has lost', (given) => {
  const LIST_LAG_MS = 60_000;

  /**
   * Two orders for ten numbers in 212; `lists` were read before the database became another one.
   */
  const moved = async (lists: string[][], before = async (_: SmallPlan) => {}) => {
    const plan = await given.newPlan({ lines: linesOf(10, 10) });
    for (const list of lists) await given.readList(plan.account, list);
    await before(plan);
    await given.moveOn();
    return plan;
  };

  const looking = (plan: SmallPlan, list: string[] | Error) => {
    const read = () => (list instanceof Error ? Promise.reject(list) : list);
    return given.reconcilingBy(plan, read, { listLagMs: LIST_LAG_MS });
  };
  const look = (plan: SmallPlan, list: string[] | Error) => lookForLost(looking(plan, list));
  const pausedReason = async (plan: SmallPlan) => (await given.ground(plan)).pausedReason;
  const states = async ({ orders }: SmallPlan) =>
    Promise.all(orders.map(async (id) => (await given.orderRow(id)).state));

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
        await given.sendOne(of, 'refused', {}, order);
      }
    });
    await look(plan, [old, lost]);
    expect(await states(plan)).toEqual(['refused', 'refused']);
    await given.vouchNow(plan);
    await expect(given.retryPlan(plan.id, BY)).rejects.toMatchObject({ code: 'against_evidence' });
    await given.retryPlan(plan.id, BY, ANYHOW);
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
  });

  test('puts the next order in doubt, when a person settles the first as nothing', async () => {
    const [old, lost] = newNumbers(2) as [string, string];
    const plan = await moved([[old]]);
    await look(plan, [old, lost]);
    await given.vouchNow(plan);
    await given.settleOrder(plan.orders[0]!, NOTHING, BY, ANYHOW);
    expect(await states(plan)).toEqual(['waiting', 'unknown']);
    // Each is cleared once: then nobody of this plan has bought it.
    await given.settleOrder(plan.orders[1]!, NOTHING, BY, ANYHOW);
    expect(await states(plan)).toEqual(['waiting', 'waiting']);
  });

  test('lets what it puts in doubt be settled by the same list at once', async () => {
    const [old, ...lost] = newNumbers(3) as [string, ...string[]];
    const plan = await moved([[old]]);
    await look(plan, [old, ...lost]);
    const early = given.settleOrder(plan.orders[0]!, { bought: lost }, BY);
    await expect(early).rejects.toThrow('no worker has found out yet what it may have lost');
    await given.vouchNow(plan);
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
    const plan = await given.newPlan({ lines });
    await given.sendOne(plan, 'filled', { numbers: all.slice(-1) });
    await given.readList(plan.account, all);
    await given.passTime(plan.account, LIST_LAG_MS);
    await given.readList(plan.account, all.slice(0, -1));
    await given.sendOne(plan, 'unknown', {}, plan.orders[1]);
    await given.moveOn();
    expect(await look(plan, all)).toBeNull();
    expect(await states(plan)).toEqual(['filled', 'unknown', 'waiting']);
    expect(await pausedReason(plan)).toBeNull();
  });

  test('takes an order for one sent again that was in doubt already and fits', async () => {
    const [old, lost] = newNumbers(2) as [string, string];
    const plan = await moved([[old]], async (some) => {
      await given.sendOne(some, 'unknown');
    });
    expect(await look(plan, [old, lost])).toBeNull();
    expect(await states(plan)).toEqual(['unknown', 'waiting']);
    const attempts = await given.attemptsOf(plan.orders[0]!);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not_sent', 'unknown']);
    // Once is enough.
    await look(plan, [old, lost]);
    expect(await given.attemptsOf(plan.orders[0]!)).toHaveLength(2);
  });

  test('tells nothing when the list is empty, unless it is that of our own sandbox', async () => {
    const plan = await moved([[]]);
    expect(await look(plan, [])).toContain('is empty');
    expect(await lookForLost({ ...looking(plan, []), isOwnSandbox: true })).toBeNull();
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
    given.ladderPlan({ account, quantities, steps: [step(1, '332')] });

  test('puts the successor in doubt that would come next: it may have been lost', async () => {
    const plan = await withLadder(await given.newAccount(), 10);
    const [old, lost] = ['2125550177', '3325550177'];
    await given.readList(plan.account, [old]);
    await given.sendOne(plan, 'short');
    await given.moveOn();
    expect(await look(plan, [old, lost])).toBeNull();
    expect(await given.orderRow(plan.orders[0]! + 1)).toMatchObject({ state: 'unknown' });
  });

  test('sends no order again whose successor may have bought what fits another one', async () => {
    const other = await given.newPlan({ lines: [line({ areaCode: '332' })] });
    const plan = await withLadder(other.account, 10);
    await given.readList(plan.account, ['2125550100']);
    await given.moveOn();
    await look(plan, ['2125550100', '3325550001', '3325550002']);
    expect([await states(other), await states(plan)]).toEqual([['unknown'], ['unknown']]);
    await given.vouchNow(plan);
    await given.settleOrder(plan.orders[0]!, NOTHING, BY, ANYHOW);
    expect(await states(plan)).toEqual(['short']);
  });

  test('puts a new successor in doubt while numbers of lost ones have no order', async () => {
    const plan = await withLadder(await given.newAccount(), 10, 10);
    await given.readList(plan.account, ['2125550100']);
    await given.moveOn();
    // Another family's, which will not be made again.
    await given.noteLostSuccessors([{ orderId: orderId(plan.id, 10), attempt: 1 }], 0);
    await given.vouchNow(plan);
    await given.sendOne(plan, 'short');
    await given.readList(plan.account, ['2125550100', '3325550001', '3325550002']);
    expect(await given.openSuccessors(plan.account.id, 60_000)).toBe(1);
    await suspectNewPlans(looking(plan, []));
    expect((await given.orderRow(orderId(plan.id, 3))).state).toBe('unknown');
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
      await given.sendOne(of, 'short', { numbers: sold });
    });
    const owned = [...sold, '6465550100'];
    for (let times = 0; times < 2; times++)
      expect(await look(plan, owned)).toContain('no order here has 1 of the numbers');
    expect(await look(plan, sold)).toContain('lacks 1 of the 2');
  });

  test('shows that nothing is lost where every number has an order', async () => {
    const sold = newNumbers(1);
    const plan = await moved([], async (of) => {
      await given.sendOne(of, 'short', { numbers: sold });
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
      await given.changeAccount(plan.account.name, { resume: true }, BY);
      // Later lists, in later runs of the database.
      await given.readList(plan.account, list);
      await given.moveOn();
      await given.readList(plan.account, list);
      const lines = [
        line({ line: 2, areaCode: '415', quantity: 20 }),
        line({ line: 3, quantity: 3 }),
      ];
      const again = await given.newPlan({ account: plan.account, lines });
      return { again, bought, list };
    };
    const planOf415 = ({ account }: SmallPlan) =>
      given.newPlan({ account, lines: [line({ areaCode: '415', quantity: 20 })] });
    const suspect = (plan: SmallPlan, list: string[]) => suspectNewPlans(looking(plan, list));

    test('also in later runs, and their orders can be settled by any list then', async () => {
      const { again, bought, list } = await lostPlan();
      await suspect(again, list);
      expect(await states(again)).toEqual(['unknown', 'waiting']);
      expect(await pausedReason(again)).toMatch(
        /owns 2 numbers .* 1 waiting order may have bought/,
      );
      await given.vouchNow(again);
      const { settled } = await reconcile(looking(again, list));
      expect(settled).toEqual([{ order: again.orders[0], state: 'short', bought: bought.length }]);
      await given.changeAccount(again.account.name, { resume: true }, BY);
      const third = await planOf415(again);
      await suspect(third, list);
      expect([await states(third), await pausedReason(third)]).toEqual([['waiting'], null]);
    });

    test('though an order that was sent since is in doubt', async () => {
      const { again, list } = await lostPlan();
      await given.vouchNow(again);
      await given.sendOne(again, 'unknown');
      const third = await planOf415(again);
      await suspect(third, list);
      expect(await states(third)).toEqual(['unknown']);
    });

    test('and none of which an order has entered the queue', async () => {
      const { again, list } = await lostPlan();
      await given.letIn(again.id, 1);
      await suspect(again, list);
      expect(await states(again)).toEqual(['waiting', 'waiting']);
    });
  });
});
