import { expect, test } from 'vitest';
import { type planPage, Watch } from '../../../src/ledger/index.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf } from '../../support/plans.ts';
import { answerTo } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';

/** These count what is in the whole ledger, so they come first. */
describeOnALedger('what pages ask of all plans', (given) => {
  test('is found by name or id, newest first, in pages', async () => {
    const ids: number[] = [];
    for (const name of ['Spring_1.csv', 'spring 100%.csv', 'fall.csv']) {
      const { id } = await given.newPlan();
      await given.sql('update ledger.plans set name = $2 where id = $1', [id, name]);
      ids.push(id);
    }
    const [one, two, three] = ids as [number, number, number];
    const found = async (wish: Parameters<typeof planPage>[1]) => {
      const { plans, next, total } = await given.planPage(wish);
      return { ids: plans.map(({ id }) => id), next, total };
    };
    expect(await found({ search: ' SPRING' })).toEqual({ ids: [two, one], next: null, total: 2 });
    expect(await found({ search: '%' })).toEqual({ ids: [two], next: null, total: 1 });
    expect(await found({ search: `${three}` })).toMatchObject({ ids: [three] });
    const { account } = await given.findPlan(one);
    expect(await found({ search: account.toUpperCase() })).toMatchObject({ total: 1 });
    expect(await found({ search: 'aDA' })).toMatchObject({ total: 3 });
    expect(await found({ search: 'winter' })).toEqual({ ids: [], next: null, total: 0 });
    const first = await found({ limit: 2 });
    expect(first).toMatchObject({ ids: [three, two], next: two });
    expect(await found({ limit: 2, before: two })).toMatchObject({ ids: [one], next: null });
    expect((await given.planPage({ search: 'fall' })).plans[0]).toMatchObject({
      name: 'fall.csv',
      pending: 10,
    });
  });

  test('is how much is unknown, since when, and in which plans', async () => {
    const none = { orders: 0, byPlan: [] };
    expect(await given.unknownCounts()).toEqual(none);
    const plan = await given.newPlan({
      lines: [line({ distance: 5, fillQuantity: true }), line({ line: 3 })],
    });
    const other = await given.newPlan();
    const sent = new Date();
    for (const [each, id] of [
      [plan, plan.orders[0]!],
      [other, other.orders[0]!],
      [plan, plan.orders[1]!],
    ] as const) {
      await given.sendOne(each, 'unknown', {}, id);
    }
    expect(await given.unknownCounts()).toEqual({
      orders: 3,
      byPlan: [
        { plan: other.id, name: 'plan.csv', orders: 1 },
        { plan: plan.id, name: 'plan.csv', orders: 2 },
      ],
    });
    const [oldest] = await given.unknownOrders({ planId: plan.id });
    expect(oldest).toMatchObject({ fillQuantity: true, distance: 5, orderSlot: null });
    expect(Math.abs(oldest!.sentAt.getTime() - sent.getTime())).toBeLessThan(60_000);
    for (const id of [...plan.orders, ...other.orders])
      await given.settleOrder(id, NOTHING, BY, ANYHOW);
    expect(await given.unknownCounts()).toEqual(none);
  });
});

describeOnALedger('what pages ask of an account', (given) => {
  test('is what it is doing now, and who works for it', async () => {
    const { ledger } = given;
    const plan = await given.newPlan({ lines: linesOf(10, 10, 10, 10) });
    const { account } = plan;
    const [first, second] = await given.claim(plan, plan.orders.slice(0, 3));
    await given.recordAnswers(account.id, [
      answerTo(first!, 'filled'),
      answerTo(second!, 'unknown'),
    ]);
    const beat = (accountId: number, name: string) => new Watch(ledger, { accountId, name }).beat();
    await beat(account.id, 'two');
    await beat(account.id, 'one');
    await beat((await given.newAccount()).id, 'another’s');
    await beat(account.id, 'silent');
    await given.sql(
      `update ledger.workers set seen_at = seen_at - interval '30 s' where name = 'silent'`,
    );
    expect(await given.accountState(account.name)).toEqual({
      ...account,
      inFlight: 1,
      unknown: 1,
      recent: '.u',
      hasAnswers: true,
      workers: [
        { name: 'one', seenAt: expect.any(Date) },
        { name: 'two', seenAt: expect.any(Date) },
      ],
    });
    await expect(given.accountState('nobody')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is what was changed about it, newest first, in pages', async () => {
    const { account } = await given.newPlan();
    await given.changeAccount(account.name, { rate: 7 }, BY);
    await given.changeAccount(account.name, { pause: 'lunch' }, BY);
    await given.changeAccount(account.name, { resume: true }, BY);
    const [newest, ...older] = await given.accountEvents(account.id, 2);
    expect([newest, ...older].map(({ kind } = newest!) => kind)).toEqual([
      'account_resumed',
      'account_paused',
    ]);
    expect(await given.accountEvents(account.id, 2, older[0]!.id)).toMatchObject([
      { kind: 'account_rate', ...BY },
    ]);
  });
});
