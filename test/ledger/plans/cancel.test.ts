import { expect, test } from 'vitest';
import { cancelWaiting, type Ledger } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';

describeOnALedger('a sweep after a cancel', (given) => {
  const cancel = ({ id }: SmallPlan) => given.steerPlan(id, 'cancel', BY);
  const look = ({ id }: SmallPlan) => given.findPlan(id);
  const sweep = ({ account }: SmallPlan) => given.endPlans(account.id);

  test('cancels what waits, while what is being sent is finished', async () => {
    const plan = await given.newPlan({ lines: linesOf(75) });
    const order = await given.claimOne(plan);
    await cancel(plan);
    expect(await look(plan)).toMatchObject({ pending: 75, cancelled: 0 });
    await sweep(plan);
    expect(await look(plan)).toMatchObject({ pending: 25, cancelled: 50, endedAt: null });
    await given.record(plan, answerTo(order, 'filled'));
    await sweep(plan);
    expect(await look(plan)).toMatchObject({
      state: 'cancelled',
      bought: 25,
      cancelled: 50,
      pending: 0,
      endedAt: expect.any(Date),
    });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('cancels also what comes back without having been sent', async () => {
    const plan = await given.newPlan();
    const order = await given.claimOne(plan);
    await cancel(plan);
    await sweep(plan);
    await given.record(plan, answerTo(order, 'not_sent'));
    await sweep(plan);
    expect(await look(plan)).toMatchObject({ cancelled: 10, endedAt: expect.any(Date) });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('cancels nothing of a plan that is not cancelled', async () => {
    const ready = await given.newPlan({ started: false });
    const running = await given.newPlan();
    const paused = await given.newPlan();
    await given.steerPlan(paused.id, 'pause', BY);
    for (const { id } of [ready, running, paused]) expect(await given.cancelWaiting(id)).toBe(0);
  });

  test('cancels a great many, a thousand at a time', async () => {
    const plan = await given.newPlan({ lines: linesOf(50_001) });
    await cancel(plan);
    const cancelled: number[] = [];
    const query: Ledger['query'] = async (...statement) => {
      const rows = await given.ledger.query<{ orders: number }>(...statement);
      cancelled.push(...rows.map(({ orders }) => orders));
      return rows as never[];
    };
    expect(await cancelWaiting({ ...given.ledger, query }, plan.id)).toBe(2_001);
    expect(cancelled).toEqual([1_000, 1_000, 1]);
    expect(await look(plan)).toMatchObject({ cancelled: 50_001, pending: 0 });
  });

  test('leaves the rest for later when its time is over', async () => {
    const plan = await given.newPlan({ lines: linesOf(62_500) });
    await cancel(plan);
    await given.endPlans(plan.account.id, { withinMs: 0 });
    expect(await look(plan)).toMatchObject({
      ...{ state: 'cancelled', cancelled: 25_000, pending: 37_500, endedAt: null },
      isCancelling: true,
    });
    expect(await given.breachesOf(plan.id)).toEqual([]);
    await sweep(plan);
    expect(await look(plan)).toMatchObject({
      ...{ cancelled: 62_500, pending: 0, endedAt: expect.any(Date), isCancelling: false },
    });
  });

  test('reads no more than it takes, of a plan that nobody has analyzed', async () => {
    const plan = await given.newPlan({ lines: linesOf(...Array(10).fill(100_000)) });
    await cancel(plan);
    let rows: number[] = [];
    const query: Ledger['query'] = async (text, values) => {
      const explain = `explain (analyze, format json) ${text}`;
      const explained = await given.ledger.query(explain, values);
      rows = [...JSON.stringify(explained).matchAll(/Actual Rows\W+(\d+)/g)].map(([, n]) =>
        Number(n),
      );
      return [];
    };
    await cancelWaiting({ ...given.ledger, query }, plan.id);
    expect(Math.max(...rows)).toBe(1_000);
    expect(await look(plan)).toMatchObject({ cancelled: 25_000 });
  });
});
