import { expect, test } from 'vitest';
import { orderId } from '../../../src/ledger/index.ts';
import { takeDueLines } from '../../../src/ledger/successors/standing.ts';
import { BY } from '../../support/by.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { AGAINST, ladders, STEPS } from './ladders.ts';

/** Tried again from the line's own area code alone. */
const ITS_OWN = { steps: [], keepTrying: '3d', fallback: 'to:202' };

describeOnALedger('successor orders, where lines keep trying', (given) => {
  const { planWith, open, end, look, waiting, sent, sell, nextOf } = ladders(given);

  /** It has bought one of ten, and waits for its next try. */
  const standing = async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 1);
    await open(plan);
    await end(plan);
    return plan;
  };

  /** It has been through its ladder, and has bought nothing. */
  const soldOut = async () => {
    const plan = await planWith({ keepTrying: '3d' }, 10);
    for (let at = 0; at <= STEPS.length; at++) {
      for (const order of await sent(plan)) await sell(plan, order, 0);
      await open(plan);
    }
    return plan;
  };

  test('of a standing line are tried again until its time is over', async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await sell(plan, first!, 1);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'standing', short: 9, endedAt: null });
    expect(await open(plan)).toBe(0);
    await given.sql('update ledger.standing set next_at = ledger.now()');
    const again = await nextOf(plan);
    expect(again).toMatchObject({ areaCode: '212', quantity: 9 });
    await sell(plan, again, 4);
    await open(plan);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'standing', bought: 5, substituted: 0 });
    const over = 'update ledger.standing set until = ledger.now(), next_at = ledger.now()';
    await given.sql(over);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 5 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('of a try whose time is over are withdrawn, also after an interruption', async () => {
    const plan = await standing();
    await given.makeDue(plan);
    expect(await waiting(plan)).toHaveLength(1);
    const over = 'update ledger.standing set until = ledger.now(), next_at = ledger.now()';
    await given.sql(over);
    // A worker is killed between this and the withdrawal.
    expect(await takeDueLines(given.ledger, plan.account.id, 1_000)).toHaveLength(1);
    await given.sql(
      `update ledger.standing set next_at = ledger.now()
       where plan_id = $1 and next_at < 'infinity'`,
      [plan.id],
    );
    await open(plan);
    expect(await waiting(plan)).toEqual([]);
    const looks = `select 1 from ledger.standing where plan_id = $1 and next_at < 'infinity'`;
    await open(plan);
    expect(await given.sql(looks, [plan.id])).toEqual([]);
  });

  test('end a standing line that is filled', async () => {
    const plan = await standing();
    await given.sql('update ledger.standing set next_at = ledger.now()');
    await sell(plan, await nextOf(plan), 9);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 10 });
  });

  test('of a try that was not sent are withdrawn when a person closes the line', async () => {
    const plan = await soldOut();
    await end(plan);
    await given.makeDue(plan);
    expect(await waiting(plan)).toHaveLength(1);
    await given.closeLines(plan.id, null, BY);
    expect(await waiting(plan)).toEqual([]);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 10 });
    expect(await given.breachesOf(plan.id)).toEqual([]);
  });

  test('of a try go no further down the ladder once the line is closed', async () => {
    const plan = await soldOut();
    await given.makeDue(plan);
    const [tried] = await sent(plan);
    await given.closeLines(plan.id, null, BY);
    await sell(plan, tried!, 1);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 1, short: 9 });
  });

  test('of a finished plan may be closed while an unknown order may bring them', async () => {
    const plan = await planWith(ITS_OWN, 10);
    const [first] = await sent(plan);
    await given.record(plan, answerTo(first!, 'unknown'));
    await end(plan);
    await given.closeLines(plan.id, null, BY);
    await given.settleOrder(first!.id, { bought: newNumbers(3) }, BY, AGAINST);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 3, short: 7 });
  });

  test('end when what waited was unknown while a person closed the line', async () => {
    const plan = await planWith(ITS_OWN, 10);
    const { order, named } = await given.settleInPart(plan);
    await open(plan);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'standing', short: 7 });
    await given.unsettleOrder(order.id, BY);
    await given.closeLines(plan.id, null, BY);
    await open(plan);
    await given.settleOrder(order.id, { bought: named.slice(0, 3) }, BY);
    await open(plan);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', bought: 3, short: 7 });
    expect([...(await given.withheldNumbers(plan.id))]).toEqual([]);
  });

  test('end where the ids of the plan end, which an event tells once', async () => {
    const plan = await planWith(ITS_OWN, 10, 10);
    const [first, second] = await sent(plan);
    // A plan with many orders and long ladders may use its last id.
    const grow = `insert into ledger.orders (id, plan_id, line, quantity, state, root, step, queued)
      select $1, $2, line, 1, 'waiting', $3, 0, true from ledger.orders where id = $3`;
    await sell(plan, first!, 1);
    await given.sql(grow, [orderId(plan.id, 9_999_999), plan.id, first!.id]);
    await sell(plan, second!, 10);
    const [late] = await sent(plan);
    await sell(plan, late!, 0);
    expect(await open(plan)).toBe(0);
    expect(await open(plan)).toBe(0);
    await end(plan);
    expect(await look(plan)).toMatchObject({ state: 'finished', short: 9 });
    const events = await given.planEvents(plan.id);
    const told = events.filter(({ kind }) => kind === 'plan_full');
    expect(told).toMatchObject([{ who: 'sweep', why: expect.stringContaining('no room') }]);
  });
});
