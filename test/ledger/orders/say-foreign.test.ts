import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/evidence/index.ts';
import { orderId, settleOrder } from '../../../src/ledger/index.ts';
import { isForeign } from '../../../src/ledger/listings/listings.ts';
import { BY } from '../../support/by.ts';
import { callForeign } from '../../support/foreign.ts';
import { withBefore } from '../../support/ledger.ts';
import { describeOnALedger, describeOnPostgres } from '../../support/ledger-drivers.ts';
import type { SmallPlan } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';
import { ANYHOW, NOTHING } from '../../support/settling.ts';
import { heldUp, untilWaiting } from '../held-up.ts';

describeOnALedger('a number that a person calls foreign', (given) => {
  const say = (plan: SmallPlan, numbers: string[], options = {}) =>
    given.callForeign(plan, numbers, options);
  const foreign = async ({ account }: SmallPlan) => {
    const select = `select w.number::text as number from ledger.owned w
      where w.account_id = $1 and ${isForeign('w')} order by 1`;
    const rows = await given.sql<{ number: string }>(select, [account.id]);
    return rows.map(({ number }) => number);
  };
  const judge = ({ id }: { id: number }, verdict: Partial<Verdict> & Pick<Verdict, 'finding'>) => {
    const kept = { order: id, attempt: 1, isClear: false, numbers: [], why: 'so', ...verdict };
    return given.keepVerdicts([kept]);
  };
  /** An unknown order, and a list with these numbers that was read after it and has judged it. */
  const judgedOrder = async (
    plan: SmallPlan,
    numbers: string[],
    verdict: Partial<Verdict> & Pick<Verdict, 'finding'>,
    answered = {},
  ) => {
    const { order } = await given.sendOne(plan, 'unknown', answered);
    await given.readList(plan.account, numbers);
    await judge(order, verdict);
    return order;
  };
  const refusal = (plan: SmallPlan, numbers: string[], options = {}) =>
    say(plan, numbers, options).then(
      () => 'it was taken',
      (error) => error.details?.objections ?? error.message,
    );

  test('is kept with who said it and why, and can be taken back', async () => {
    const plan = await given.newPlan();
    const [number, other] = newNumbers(2) as [string, string];
    await given.readList(plan.account, [number, other]);
    await say(plan, [number]);
    expect(await foreign(plan)).toEqual([number]);
    expect(await refusal(plan, [number])).toBe(
      `Somebody has already said that ${number} is foreign. Nothing was changed.`,
    );
    await say(plan, [number], { undo: true });
    expect(await foreign(plan)).toEqual([]);
    expect(await refusal(plan, [number, other], { undo: true })).toBe(
      `Nobody has said that ${number}, ${other} are foreign. Nothing was changed.`,
    );
    expect(await given.accountEvents(plan.account.id, 2)).toMatchObject([
      { kind: 'numbers_not_foreign', ...BY, detail: { numbers: [number] } },
      { kind: 'numbers_foreign', ...BY, detail: { numbers: [number] } },
    ]);
  });

  test('is a stray once it left and came back, and may be called so again', async () => {
    const plan = await given.newPlan();
    const [number] = newNumbers(1) as [string];
    await given.readList(plan.account, [number]);
    await say(plan, [number]);
    await given.readList(plan.account, []);
    await given.readList(plan.account, [number]);
    expect(await foreign(plan)).toEqual([]);
    await say(plan, [number]);
    expect(await foreign(plan)).toEqual([number]);
  });

  test('may be given to an order against the evidence, and is no more foreign then', async () => {
    const plan = await given.newPlan();
    const [number] = newNumbers(1) as [string];
    const order = await judgedOrder(plan, [number], { finding: 'open' });
    await say(plan, [number]);
    const settle = (options = {}) => given.settleOrder(order.id, { bought: [number] }, BY, options);
    await expect(settle()).rejects.toMatchObject({
      details: { objections: [`Somebody called ${number} foreign: bought outside this program.`] },
    });
    await settle(ANYHOW);
    await given.unsettleOrder(order.id, BY);
    expect(await foreign(plan)).toEqual([]);
  });

  describe('is refused', () => {
    test('when no list has it, the newest lacks it, or an order has it', async () => {
      const { plan, order } = await given.unknownOrder();
      const [gone, taken, never] = newNumbers(3) as [string, string, string];
      await given.readList(plan.account, [gone]);
      await given.readList(plan.account, [taken]);
      for (const missing of [gone, never])
        expect(await refusal(plan, [missing])).toContain(
          `The newest list of numbers that account "${plan.account.name}" owns lacks ${missing}.`,
        );
      await given.settleOrder(order.id, { bought: [taken] }, BY, ANYHOW);
      expect(await refusal(plan, [taken], ANYHOW)).toContain(
        `Number ${taken} belongs to order ${order.id}.`,
      );
    });

    test('when the vendor gives it to an order, also after a true word on another', async () => {
      const plan = await given.newPlan();
      const [number, other] = newNumbers(2) as [string, string];
      const verdict = { finding: 'bought' as const, numbers: [number] };
      const order = await judgedOrder(plan, [number, other], verdict);
      const objections = [
        `The verdict of the vendor's list is that order ${order.id} bought ${number}.`,
      ];
      expect(await refusal(plan, [number])).toEqual(objections);
      await say(plan, [other]);
      expect(await refusal(plan, [number])).toEqual(objections);
      await say(plan, [number], ANYHOW);
      expect((await given.accountEvents(plan.account.id, 1))[0]?.detail).toEqual({
        numbers: [number],
        againstEvidence: objections,
      });
      expect((await given.orderRow(order.id)).state).toBe('unknown');
    });

    test('when the vendor named it for an order that has no room for it', async () => {
      const plan = await given.newPlan();
      const [number] = newNumbers(1) as [string];
      const order = await given.claimSilently(plan, { deadlineMs: 0 });
      await given.settleOrder(order.id, NOTHING, BY, ANYHOW);
      await given.sendOne(plan, 'filled');
      const late = answerTo(order, 'short', { numbers: [number] });
      await given.record(plan, late);
      await given.readList(plan.account, [number]);
      expect(await refusal(plan, [number])).toEqual([
        `The vendor named ${number} for order ${order.id}.`,
      ]);
    });

    test('while the ledger has lost plans or orders that were sent', async () => {
      const plan = await given.newPlan();
      const [number] = newNumbers(1) as [string];
      await given.readList(plan.account, [number]);
      await given.noteLostSuccessors([{ orderId: orderId(plan.id, 2), attempt: 1 }], 0);
      await given.sql(
        `insert into ledger.lost_plans
           (account_id, plan_key, attempt, bits, deadline_tick, baseline, dismissed)
         values ($1, 'lost', 1, '\\x80', 0, 0, false), ($1, 'past', 1, '\\x80', 0, 0, true)`,
        [plan.account.id],
      );
      expect(await refusal(plan, [number])).toEqual([
        'Plans that the ledger has lost may have bought some. Submit those plans again first.',
        'An order for what another one lacked was sent, is lost, and may have bought some.',
      ]);
    });

    test('while no worker has found out what the ledger may have lost', async () => {
      const plan = await given.newPlan();
      const [number] = newNumbers(1) as [string];
      await given.readList(plan.account, [number]);
      await given.moveOn();
      expect(await refusal(plan, [number])).toEqual([
        expect.stringContaining('no worker has found out yet what it may have lost'),
      ]);
    });
  });
});

describeOnPostgres('a number that two persons decide on at once', (given) => {
  test('is not foreign, once an order has it', async () => {
    const { plan, order } = await given.unknownOrder();
    const [number] = newNumbers(1) as [string];
    await given.readList(plan.account, [number]);
    // Somebody has said so, and it is not committed yet.
    const saying = `update ledger.owned set foreign_listing = listing_id where number = ${number}`;
    const settling = () => given.settleOrder(order.id, { bought: [number] }, BY);
    await heldUp(given, saying, [settling]);
    await given.unsettleOrder(order.id, BY);
    const [stray] = await given.strays(plan.account.id);
    expect(stray).toMatchObject({ number, isForeign: false });
  });

  test('holds up an order that is settled while it is said not to be foreign', async () => {
    const plan = await given.newPlan();
    await given.readList(plan.account, []);
    const { order } = await given.sendOne(plan, 'unknown');
    const numbers = newNumbers(10);
    await given.readList(plan.account, numbers);
    await given.callForeign(plan, numbers);
    let settling: Promise<unknown> = Promise.resolve();
    // It is compared by then, and not committed.
    const ledger = withBefore(given.ledger, 'insert into ledger.events', async () => {
      settling = settleOrder(given.another(), order.id, NOTHING, BY).catch(() => 'refused');
      await Promise.race([settling, untilWaiting(given.ledger, 1)]);
    });
    await callForeign(ledger, plan, numbers, { undo: true });
    await settling;
    expect(await given.orderRow(order.id)).toMatchObject({ state: 'unknown' });
  });
});
