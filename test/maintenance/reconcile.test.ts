import { beforeEach, describe, expect, test } from 'vitest';
import {
  type ReconcileContext,
  reconcile,
  reconcileDue,
  takeBaseline,
} from '../../src/maintenance/reconcile.ts';
import type { Line } from '../../src/plan/index.ts';
import type { FaultName } from '../../src/sandbox/index.ts';
import { openRig, vendorAt } from '../jobs/rig.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { silentLog } from '../support/recording-log.ts';

/** Each test has an area code of its own: so the one sandbox of the file keeps them apart. */
let areaCode = 300;

describe('reconciling', () => {
  const rig = openRig();
  let code: string;
  let plan: SmallPlan;
  let place: ReconcileContext;

  /** A plan of these lines with a baseline, its orders treated by the sandbox as said. */
  const planWith = async (lines: Partial<Line>[], faults: FaultName[]) => {
    const full = lines.map((each, n) => line({ line: n + 2, areaCode: code, ...each }));
    plan = await rig.newPlan({ lines: full });
    place = {
      ledger: rig.ledger,
      vendor: vendorAt(rig.sandbox.url),
      account: plan.account,
      log: silentLog,
      listLagMs: 0,
      mode: 'auto',
    };
    await takeBaseline(place);
    for (const [n, id] of plan.orders.entries()) {
      rig.sandbox.next(faults[n] ?? 'ok');
      await rig.place(plan, id);
    }
  };

  const states = async () =>
    Promise.all(plan.orders.map(async (id) => (await rig.orderRow(id)).state));

  beforeEach(() => {
    code = String(++areaCode);
    rig.arrivals();
  });

  test('proposes only, where it is told to, and keeps its evidence for a person', async () => {
    await planWith([{ quantity: 2 }], ['error_after']);
    place.mode = 'propose';
    expect((await reconcile(place)).settled).toEqual([]);
    expect(await states()).toEqual(['unknown']);
    const [order] = await rig.unknownOrders({ planId: plan.id });
    expect(order?.proposal).toMatchObject({ finding: 'bought', numbers: rig.arrivals()[0]!.sold });
  });

  test('gives a line what its orders bought, and sends the rest again', async () => {
    const asked = { quantity: 3 };
    await planWith([asked, asked], ['cut_before', 'cut_after']);
    const [, { sold }] = rig.arrivals() as [unknown, { sold: string[] }];
    const { proposals, settled } = await reconcile(place);
    expect(proposals).toMatchObject([
      { finding: 'bought', numbers: sold.toSorted() },
      { finding: 'nothing' },
    ]);
    expect(settled).toMatchObject([{ state: 'filled', bought: 3 }, { state: 'waiting' }]);
    expect(await rig.numbersOf(plan.orders[0]!)).toEqual(sold.toSorted());
    await rig.place(plan, plan.orders[1]!);
    expect(await states()).toEqual(['filled', 'filled']);
    expect(rig.arrivals().flatMap((arrival) => arrival.sold)).toHaveLength(3);
  });

  test('gives an order the numbers that its cut-off answer names', async () => {
    const asked = { quantity: 3 };
    await planWith([asked, { ...asked, smsSupported: true }], ['cut_before', 'cut_after']);
    const { sold } = rig.arrivals()[1]!;
    await rig.sql('update ledger.attempts set named = $2 where order_id = $1', [
      plan.orders[1],
      sold,
    ]);
    expect((await reconcile(place)).proposals).toMatchObject([
      { finding: 'nothing', isClear: true },
      { finding: 'bought', isClear: true, numbers: sold.toSorted() },
    ]);
  });

  test('settles nothing by itself that another buyer on the account makes doubtful', async () => {
    const other = String(++areaCode);
    await planWith([{ quantity: 3 }], ['cut_after']);
    const stranger = vendorAt(rig.sandbox.url);
    const asked = { ...line({ areaCode: other, quantity: 1 }), search: other };
    expect(await stranger.order(asked, { mayStart: () => true })).toMatchObject({
      outcome: 'filled',
    });
    const { proposals, settled } = await reconcile(place);
    expect(proposals).toMatchObject([{ finding: 'bought', isClear: false }]);
    expect(settled).toEqual([]);
  });

  test('says so when the list cannot be read, and leaves the order unknown', async () => {
    await planWith([{}], ['cut_before']);
    place.vendor = vendorAt('http://127.0.0.1:1/ibp_api.php');
    const { proposals } = await reconcile(place);
    expect(proposals).toMatchObject([
      { finding: 'later', why: expect.stringContaining('could not be read') },
    ]);
    expect(await states()).toEqual(['unknown']);
  });

  test('waits for the settling time', async () => {
    await planWith([{}], ['cut_before']);
    expect((await reconcile({ ...place, listLagMs: 60_000 })).proposals).toMatchObject([
      { finding: 'later' },
    ]);
    expect(await states()).toEqual(['unknown']);
    // The clock is not asked: an hour goes by, and nobody has watched it.
    await rig.sql(
      `update ledger.attempts set claimed_at = claimed_at - interval '1 h',
         answered_at = answered_at - interval '1 h'
       where order_id = $1`,
      [plan.orders[0]],
    );
    expect((await reconcile({ ...place, listLagMs: 60_000 })).proposals).toMatchObject([
      { finding: 'later' },
    ]);
    await rig.passTime(plan.account, 60_000);
    expect((await reconcile({ ...place, listLagMs: 60_000 })).settled).toHaveLength(1);
  });

  test('waits for the deadline of an order that nobody answered, by watched time', async () => {
    await planWith([{}], []);
    const again = await rig.newPlan({ account: plan.account, lines: [line()] });
    await rig.claimSilently(again, { deadlineMs: 90_000 });
    const later = {
      finding: 'later',
      why: expect.stringMatching(/is read \d+ seconds? later, while a worker runs/),
    };
    expect((await reconcile({ ...place, listLagMs: 60_000 })).proposals).toMatchObject([later]);
    await rig.passTime(plan.account, 149_999);
    expect((await reconcile({ ...place, listLagMs: 60_000 })).proposals).toMatchObject([later]);
    await rig.passTime(plan.account, 1);
    expect((await reconcile({ ...place, listLagMs: 60_000 })).proposals).toMatchObject([
      { finding: 'nothing' },
    ]);
  });

  test('is done by a worker once an order is due, and not over and over', async () => {
    await planWith([{}], ['cut_before']);
    place.mode = 'propose';
    await reconcileDue({ ...place, listLagMs: 60_000 });
    expect(await rig.findVerdict(plan.orders[0]!)).toBeUndefined();
    await reconcileDue(place);
    const first = await rig.findVerdict(plan.orders[0]!);
    expect(first).toMatchObject({ finding: 'nothing' });
    await rig.sql(`update ledger.accounts set reconciled_at = '-infinity'`);
    const lists = () =>
      rig.sql('select id from ledger.listings where account_id = $1', [plan.account.id]);
    const before = await lists();
    await reconcileDue(place);
    expect(await lists()).toEqual(before);
  });

  test('forgets a verdict when the order is sent again', async () => {
    await planWith([{}], ['cut_before']);
    place.mode = 'propose';
    await reconcile(place);
    const by = { who: 'Ada', why: 'asked the vendor' };
    await rig.settleOrder(plan.orders[0]!, { nothing: true }, by);
    rig.sandbox.next('cut_after');
    await rig.place(plan, plan.orders[0]!);
    expect(await states()).toEqual(['unknown']);
    expect(await rig.findVerdict(plan.orders[0]!)).toBeUndefined();
  });

  test("takes one list before a plan's first order, and none for one that has begun", async () => {
    await planWith([{}], []);
    await rig.sql('update ledger.plans set priority_base = 0 where id = $1', [plan.id]);
    await takeBaseline(place);
    const lists = await rig.sql('select id from ledger.listings where account_id = $1', [
      plan.account.id,
    ]);
    expect(lists).toHaveLength(1);
    expect((await rig.findPlan(plan.id)).bought).toBe(10);
  });
});
