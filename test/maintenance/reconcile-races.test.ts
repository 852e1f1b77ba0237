/** What a list must not be taken for: everything that can happen between two looks. */

import { beforeEach, describe, expect, test } from 'vitest';
import { reconcile, takeBaseline } from '../../src/maintenance/reconcile.ts';
import type { Line } from '../../src/plan/index.ts';
import type { FaultName } from '../../src/sandbox/index.ts';
import { openRig, vendorAt } from '../jobs/rig.ts';
import { BY } from '../support/by.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { answerTo, type claimOne } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';
import { until } from '../support/until.ts';
import { sandboxOf } from '../support/workplace.ts';

/** After so much watched time, ms, no request can be under way any more. */
const REQUEST_OVER_MS = 600_000;

/** Each test has an area code of its own. */
let areaCode = 300;

const rig = openRig();

describe('an order is not sent again on the word of a list', () => {
  let code: string;
  let plan: SmallPlan;
  let listed: string[];

  beforeEach(() => {
    code = String(++areaCode);
    listed = [];
  });

  /** A vendor whose list is what the test says, and during whose reading things happen. */
  const place = (meanwhile: () => Promise<unknown> = async () => {}) => {
    const ownedNumbers = async () => {
      await meanwhile();
      return listed;
    };
    const vendor = { account: () => rig.vendor.account(), ownedNumbers };
    return rig.reconcilingBy(plan, () => listed, { vendor });
  };

  const planWith = async (lines: Partial<Line>[], faults: FaultName[]) => {
    const full = lines.map((each, n) => line({ line: n + 2, areaCode: code, ...each }));
    plan = await rig.newPlan({ lines: full });
    await takeBaseline(place());
    rig.arrivals();
    for (const [n, fault] of faults.entries()) {
      rig.sandbox.next(fault);
      await rig.place(plan, plan.orders[n]!);
    }
  };
  const stateOf = async (n: number) => (await rig.orderRow(plan.orders[n]!)).state;
  const soldTo = () => rig.arrivals().flatMap(({ sold }) => sold);
  const sampleOf = (n: number) =>
    Array.from({ length: n }, (_, i) => `${code}${String(5_550_000 + i)}`);

  test('while another for the same area code, sent during the reading, is in flight', async () => {
    await planWith([{ quantity: 2 }, { quantity: 2 }], ['cut_before']);
    const goods = sampleOf(2);
    let other: Awaited<ReturnType<typeof claimOne>> | undefined;
    const { proposals, settled } = await reconcile(
      place(async () => {
        other = await rig.claimOne(plan, plan.orders[1]);
        listed = goods;
      }),
    );
    expect(proposals).toMatchObject([{ finding: 'later' }]);
    expect(settled).toEqual([]);
    const answer = answerTo(other!, 'filled', { numbers: goods });
    expect(await rig.record(plan, answer)).toMatchObject([{ state: 'filled', disputed: 0 }]);
    expect((await reconcile(place())).proposals).toMatchObject([{ finding: 'nothing' }]);
  });

  test('while another for the same area code became unknown during the reading', async () => {
    await planWith([{ quantity: 2 }, { quantity: 2 }], ['cut_before']);
    const { proposals, settled } = await reconcile(
      place(async () => {
        rig.sandbox.next('cut_after');
        await rig.place(plan, plan.orders[1]!);
        listed = soldTo();
      }),
    );
    // Both fit: which one bought, a list tells that was begun when neither was being sent.
    expect(proposals).toMatchObject([{ finding: 'later' }, { finding: 'later' }]);
    expect(settled).toEqual([]);
    expect([await stateOf(0), await stateOf(1)]).toEqual(['unknown', 'unknown']);
  });

  test('that the vendor answered with success, though its number is another order’s', async () => {
    await planWith([{ quantity: 1 }, { quantity: 1 }], ['ok', 'sold_twice']);
    expect(await stateOf(1)).toBe('unknown');
    listed = soldTo();
    expect((await reconcile(place())).proposals).toMatchObject([{ finding: 'open' }]);
    expect(await stateOf(1)).toBe('unknown');
  });

  const sellInASecondAttempt = async () => {
    await rig.passTime(plan.account, REQUEST_OVER_MS);
    await rig.settleOrder(plan.orders[0]!, NOTHING, BY, ANYHOW);
    rig.sandbox.next('error_after');
    await rig.place(plan, plan.orders[0]!);
  };

  test('that was read before the attempt that is unknown now', async () => {
    await planWith([{ quantity: 2 }], ['cut_before']);
    const order = plan.orders[0]!;
    // While one reconciling is at it, a person settles the order, and it is sent again and sold.
    const { settled } = await reconcile(place(sellInASecondAttempt));
    expect(settled).toEqual([]);
    expect(await stateOf(0)).toBe('unknown');
    expect((await rig.orderRow(order)).attempts).toBe(2);
  });

  test('whose verdict was on an earlier attempt: nobody can accept it', async () => {
    await planWith([{ quantity: 2 }], ['cut_before']);
    const order = plan.orders[0]!;
    const [looked] = await rig.unknownOrders({ planId: plan.id });
    await sellInASecondAttempt();
    // The slower one of two that reconcile keeps what it found.
    const verdict = { order, attempt: 1, finding: 'nothing', isClear: true, numbers: [], why: '' };
    await rig.keepVerdicts([{ ...verdict, finding: 'nothing' }]);
    expect(await rig.findVerdict(order)).toBeUndefined();
    await expect(rig.acceptVerdict(order, BY)).rejects.toMatchObject({ code: 'wrong_state' });
    const again = { attempt: looked!.attempt };
    const settling = rig.settleOrder(order, { nothing: true }, BY, again);
    await expect(settling).rejects.toThrow('sent again meanwhile');
    expect(await stateOf(0)).toBe('unknown');
  });

  /** The number is gone, and is back when the n-th order becomes unknown. */
  const expectOpenWhenItIsBack = async (number: string, n: number) => {
    listed = [];
    await takeBaselineAnew();
    listed = [number];
    rig.sandbox.next('cut_after');
    await rig.place(plan, plan.orders[n]!);
    expect((await reconcile(place())).proposals).toMatchObject([
      { finding: 'open', numbers: [number] },
    ]);
  };

  test('on which a number is back that had been owned and was gone', async () => {
    const [number] = sampleOf(1);
    listed = [number!];
    await planWith([{ quantity: 1 }], []);
    await expectOpenWhenItIsBack(number!, 0);
    expect(await stateOf(0)).toBe('unknown');
  });

  test('with a number that another order had bought, and that was released since', async () => {
    await planWith([{ quantity: 1 }, { quantity: 1 }], ['ok']);
    const [number] = soldTo();
    await expectOpenWhenItIsBack(number!, 1);
  });

  test('that lacks what was bought meanwhile', async () => {
    await planWith([{ quantity: 1 }, { quantity: 1 }], ['cut_before', 'ok']);
    expect((await reconcile(place())).proposals).toMatchObject([
      { finding: 'later', why: expect.stringContaining('lacks 1') },
    ]);
    listed = soldTo();
    expect((await reconcile(place())).proposals).toMatchObject([{ finding: 'nothing' }]);
  });

  /** As if a plan of the account had been started just now. */
  async function takeBaselineAnew(): Promise<void> {
    await rig.sql(
      'update ledger.plans set started_at = clock_timestamp(), priority_base = null where id = $1',
      [plan.id],
    );
    await takeBaseline(place());
  }
});

describe('a vendor whose list lags', () => {
  test('is given the time that it needs, and not believed before', async () => {
    const LAG_MS = 500;
    const sandbox = await sandboxOf({ listLagMs: LAG_MS });
    const vendor = vendorAt(sandbox.url);
    const plan = await rig.newPlan({ lines: [line({ quantity: 3 })] });
    const { account } = plan;
    const wishes = { vendor, listLagMs: 2 * LAG_MS };
    const place = rig.reconcilingBy(plan, () => [], wishes);
    await takeBaseline(place);
    sandbox.next('cut_after');
    await rig.place(plan, plan.orders[0]!, { vendor });
    expect((await reconcile(place)).proposals).toMatchObject([{ finding: 'later' }]);
    const startedAt = performance.now();
    const watch = async () => {
      const ms = Math.floor(performance.now() - startedAt);
      await rig.sql('update ledger.accounts set ticks = $2 where id = $1', [account.id, ms]);
    };
    const settled = await until(
      async () => {
        await watch();
        return (await reconcile(place)).settled[0];
      },
      { what: 'it is settled' },
    );
    expect(settled).toMatchObject({ state: 'filled', bought: 3 });
  });
});
