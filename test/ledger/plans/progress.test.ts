import { expect, test } from 'vitest';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';

describeOnALedger('the course of a plan', (given) => {
  const note = (plan: SmallPlan) => given.noteProgress(plan.account.id);
  const read = (plan: SmallPlan) => given.planProgress(plan.id);
  /** As if so many seconds had passed. */
  const pass = async (plan: SmallPlan, seconds: number) => {
    const by = [plan.id, seconds];
    await given.sql(
      `update ledger.plans set started_at = started_at - $2 * interval '1 s' where id = $1`,
      by,
    );
    await given.sql(
      `update ledger.progress set at = at - $2 * interval '1 s' where plan_id = $1`,
      by,
    );
  };

  test('is noted while it runs, and when it ends', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 10, 10, 10) });
    await note(plan);
    await pass(plan, 5);
    const outcomes = ['filled', 'refused', 'unknown'] as const;
    const orders = await given.claim(plan, plan.orders.slice(0, 3));
    const answers = orders.map((order, n) => answerTo(order, outcomes[n]!));
    await given.record(plan, ...answers);
    await note(plan);
    await given.steerPlan(plan.id, 'cancel', BY);
    await pass(plan, 5);
    await note(plan);
    await given.endPlans(plan.account.id);
    const at = expect.any(Date);
    const some = { at, orders: 3, bought: 10, missing: 10, unknown: 10, cancelled: 0 };
    expect(await read(plan)).toEqual([
      { at, orders: 0, bought: 0, missing: 0, unknown: 0, cancelled: 0 },
      some,
      { ...some, orders: 4, cancelled: 10 },
    ]);
  });

  test('of one that is not running, or of another account, is not noted', async () => {
    const plan = await given.newPlan();
    const other = await given.newPlan();
    await given.steerPlan(plan.id, 'pause', BY);
    await note(plan);
    expect(await read(plan)).toEqual([]);
    expect(await read(other)).toEqual([]);
  });

  test('of one that is paused is noted once more, with what was on its way', async () => {
    const plan = await given.newPlan({ lines: linesOf(10, 10, 10) });
    const [first, second] = await given.claim(plan, plan.orders.slice(0, 2));
    await given.record(plan, answerTo(first!, 'filled'));
    await note(plan);
    await given.steerPlan(plan.id, 'pause', BY);
    await note(plan);
    expect(await read(plan)).toMatchObject([{ orders: 1, bought: 10 }]);
    await given.record(plan, answerTo(second!, 'filled'));
    await note(plan);
    await note(plan);
    expect(await read(plan)).toMatchObject([
      { orders: 1, bought: 10 },
      { orders: 2, bought: 20 },
    ]);
  });

  test('is noted once a second, and less often the longer it runs', async () => {
    const plan = await given.newPlan();
    await note(plan);
    await note(plan);
    expect(await read(plan)).toHaveLength(1);
    await pass(plan, 1);
    await note(plan);
    expect(await read(plan)).toHaveLength(2);
    // After 20 minutes each ten seconds.
    await given.sql(
      `update ledger.plans set started_at = clock_timestamp() - interval '20 min' where id = $1`,
      [plan.id],
    );
    await pass(plan, 9);
    await note(plan);
    expect(await read(plan)).toHaveLength(2);
    await pass(plan, 2);
    await note(plan);
    expect(await read(plan)).toHaveLength(3);
  });

  test('is told in at most 61 points, from the first to the last', async () => {
    const plan = await given.newPlan();
    await given.sql(
      `insert into ledger.progress select $1,
      timestamptz '2030-01-01 00:00+00' + n * interval '1 s',
      n, n, 0, 0, 0
       from generate_series(0, 1000) n`,
      [plan.id],
    );
    const points = await read(plan);
    expect(points).toHaveLength(61);
    expect(points.map(({ orders }) => orders)).toEqual(
      points
        .map(({ at }) => (at.getTime() - Date.parse('2030-01-01T00:00:00Z')) / 1000)
        .toSorted((a, b) => a - b),
    );
    expect(points[0]).toMatchObject({ orders: 0 });
    expect(points.at(-1)).toMatchObject({ orders: 1000 });
    const gaps = points.slice(1).map(({ orders }, n) => orders - points[n]!.orders);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(17);
  });
});
