import { describe, expect, test } from 'vitest';
import {
  accountEvents,
  findVerdict,
  type KeptVerdict,
  keepVerdicts,
  noteLostSuccessors,
  orderId,
  recordAnswers,
  sayForeign,
  settleOrder,
  strayNumbers,
  takeReconcileRight,
  unsettleOrder,
} from '../../../src/ledger/index.ts';
import {
  answerTo,
  claimOne,
  claimSilently,
  newNumbers,
  newPlan,
  orderRow,
  passTime,
  readList,
  type SmallPlan,
  sql,
} from '../../support/ledger.ts';
import { describeOnBothDrivers, describeOnPostgres } from '../../support/ledger-drivers.ts';
import { moveTo } from '../../vouch/vouching.ts';
import { heldUp } from '../held-up.ts';

type Finding = KeptVerdict['finding'];
const BY = { who: 'Ada', why: 'bought in the portal' };

describeOnBothDrivers('a number that a person calls foreign', (given) => {
  const say = ({ account }: SmallPlan, numbers: string[], options = {}) =>
    sayForeign(
      given.ledger,
      account,
      { numbers, undo: false, againstEvidence: false, ...options },
      BY,
    );
  const foreign = async ({ account }: SmallPlan) =>
    (await strayNumbers(given.ledger, account.id))
      .filter(({ isForeign }) => isForeign)
      .map(({ number }) => number);
  const judge = (
    { id }: { id: number },
    verdict: Partial<KeptVerdict> & Pick<KeptVerdict, 'finding'>,
    list: number,
  ) => {
    const kept = { order: id, attempt: 1, isClear: false, numbers: [], why: 'so', ...verdict };
    return keepVerdicts(given.ledger, [kept], list);
  };
  /** An unknown order, and a list with these numbers that was read after it and has judged it. */
  const judgedOrder = async (
    plan: SmallPlan,
    numbers: string[],
    verdict: Partial<KeptVerdict> & Pick<KeptVerdict, 'finding'>,
    answered = {},
    before?: string[],
  ) => {
    if (before) await readList(given.ledger, plan.account, before);
    const order = await claimOne(given.ledger, plan);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(order, 'unknown', answered)]);
    const list = await readList(given.ledger, plan.account, numbers);
    await judge(order, verdict, list);
    return { order, list };
  };
  const refusal = (plan: SmallPlan, numbers: string[], options = {}) =>
    say(plan, numbers, options).then(
      () => 'it was taken',
      (error) => error.details?.objections ?? error.message,
    );

  test('is kept with who said it and why, and can be taken back', async () => {
    const plan = await newPlan(given.ledger);
    const [number, other] = newNumbers(2) as [string, string];
    await readList(given.ledger, plan.account, [number, other]);
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
    expect(await accountEvents(given.ledger, plan.account.id, 2)).toMatchObject([
      { kind: 'numbers_not_foreign', ...BY, detail: { numbers: [number] } },
      { kind: 'numbers_foreign', ...BY, detail: { numbers: [number] } },
    ]);
  });

  test('is a stray again when it has left the list and come back since', async () => {
    const plan = await newPlan(given.ledger);
    const [number] = newNumbers(1) as [string];
    await readList(given.ledger, plan.account, [number]);
    await say(plan, [number]);
    await readList(given.ledger, plan.account, []);
    await readList(given.ledger, plan.account, [number]);
    expect(await foreign(plan)).toEqual([]);
  });

  test('has verdicts made anew, and drops none before', async () => {
    const plan = await newPlan(given.ledger);
    const [first, second] = newNumbers(2) as [string, string];
    const { order, list } = await judgedOrder(plan, [first, second], { finding: 'open' });
    const isDue = () => takeReconcileRight(given.ledger, plan.account.id, 0);
    expect(await isDue()).toBe(false);
    await say(plan, [first]);
    expect(await findVerdict(given.ledger, order.id)).toMatchObject({ finding: 'open' });
    expect(await isDue()).toBe(true);
    // One that was being made meanwhile does not know it.
    await judge(order, { finding: 'nothing' }, list);
    expect(await findVerdict(given.ledger, order.id)).toMatchObject({ finding: 'open' });
  });

  test('may be given to an order against the evidence, and is no more foreign then', async () => {
    const plan = await newPlan(given.ledger);
    const [number] = newNumbers(1) as [string];
    const { order } = await judgedOrder(plan, [number], { finding: 'open' });
    await say(plan, [number]);
    const settle = (options = {}) =>
      settleOrder(given.ledger, order.id, { bought: [number] }, BY, options);
    await expect(settle()).rejects.toMatchObject({
      details: { objections: [`Somebody called ${number} foreign: bought outside this program.`] },
    });
    await settle({ againstEvidence: true });
    await unsettleOrder(given.ledger, order.id, BY);
    expect(await foreign(plan)).toEqual([]);
  });

  test('taken back, makes no verdict of nothing acceptable that was made before', async () => {
    const plan = await newPlan(given.ledger);
    const [number] = newNumbers(1) as [string];
    const { order } = await judgedOrder(plan, [number], { finding: 'open' });
    await say(plan, [number]);
    await judge(
      order,
      { finding: 'nothing' },
      await readList(given.ledger, plan.account, [number]),
    );
    await say(plan, [number], { undo: true });
    expect(await findVerdict(given.ledger, order.id)).toMatchObject({
      ...{ finding: 'later', isClear: false },
    });
  });

  describe('is refused', () => {
    test('when no list has it, the newest lacks it, or an order has it', async () => {
      const plan = await newPlan(given.ledger);
      const order = await claimOne(given.ledger, plan);
      await recordAnswers(given.ledger, plan.account.id, [answerTo(order, 'unknown')]);
      const [gone, taken, never] = newNumbers(3) as [string, string, string];
      await readList(given.ledger, plan.account, [gone]);
      await readList(given.ledger, plan.account, [taken]);
      for (const missing of [gone, never])
        expect(await refusal(plan, [missing])).toContain(
          `The newest list of numbers that account "${plan.account.name}" owns lacks ${missing}.`,
        );
      const sure = { againstEvidence: true };
      await settleOrder(given.ledger, order.id, { bought: [taken] }, BY, sure);
      expect(await refusal(plan, [taken], sure)).toContain(
        `Number ${taken} belongs to order ${order.id}.`,
      );
    });

    test('while an order may have bought it whose request may be under way', async () => {
      const plan = await newPlan(given.ledger);
      const [before, after] = newNumbers(2) as [string, string];
      await readList(given.ledger, plan.account, [before]);
      const order = await claimSilently(given.ledger, plan, { deadlineMs: 60_000 });
      const list = await readList(given.ledger, plan.account, [before, after]);
      const underWay = [
        `Order ${order.id} may have bought ${after}, for its request may be under way.`,
      ];
      expect(await refusal(plan, [before, after])).toEqual(underWay);
      // Also when a person has settled it meanwhile.
      const sure = { againstEvidence: true };
      await settleOrder(given.ledger, order.id, { nothing: true }, BY, sure);
      expect(await refusal(plan, [after])).toEqual(underWay);
      await unsettleOrder(given.ledger, order.id, BY);
      await passTime(given.ledger, plan.account, 60_000);
      await judge(order, { finding: 'open', numbers: [after] }, list);
      await say(plan, [before, after]);
      expect(await foreign(plan)).toEqual([before, after].sort());
    });

    test.each<[string, Finding, Finding | null, string]>([
      ['no list has judged', 'open', null, 'and is not judged by a list with it.'],
      ['it is too early to judge', 'open', 'later', 'and is not judged by a list with it.'],
      ['an older list has judged', 'open', 'open', 'and is not judged by a list with it.'],
    ])('while an order may have bought it that %s', async (_, before, now, says) => {
      const plan = await newPlan(given.ledger);
      const [old, late] = newNumbers(2) as [string, string];
      const { order, list } = await judgedOrder(plan, [old], { finding: before });
      if (now === null) await sql(given.ledger, 'delete from ledger.verdicts');
      else await judge(order, { finding: now }, list);
      await readList(given.ledger, plan.account, [old, late]);
      expect(await refusal(plan, [late])).toEqual([
        `Order ${order.id} may have bought ${late}, ${says}`,
      ]);
    });

    test('when the vendor gives it to an order, also after a true word on another', async () => {
      const plan = await newPlan(given.ledger);
      const [number, other] = newNumbers(2) as [string, string];
      const verdict = { finding: 'bought' as const, numbers: [number] };
      const { order } = await judgedOrder(plan, [number, other], verdict);
      const objections = [
        `The verdict of the vendor's list is that order ${order.id} bought ${number}.`,
      ];
      expect(await refusal(plan, [number])).toEqual(objections);
      await say(plan, [other]);
      expect(await refusal(plan, [number])).toEqual(objections);
      await say(plan, [number], { againstEvidence: true });
      expect((await accountEvents(given.ledger, plan.account.id, 1))[0]?.detail).toEqual({
        numbers: [number],
        againstEvidence: objections,
      });
      expect((await orderRow(given.ledger, order.id)).state).toBe('unknown');
    });

    test('when an answer names it, whole or cut off', async () => {
      const plan = await newPlan(given.ledger);
      const [number] = newNumbers(1) as [string];
      const body = `<numbers><number>1 (${number.slice(0, 3)}) ${number.slice(3)}</number>`;
      const { order } = await judgedOrder(plan, [number], { finding: 'open' }, { body });
      expect(await refusal(plan, [number])).toEqual([
        `The vendor's answer to order ${order.id} names ${number}.`,
      ]);
      const late = answerTo(order, 'short', { numbers: [number], attempt: 1 });
      await settleOrder(given.ledger, order.id, { nothing: true }, BY, { againstEvidence: true });
      const again = await claimOne(given.ledger, plan);
      await recordAnswers(given.ledger, plan.account.id, [answerTo(again, 'filled')]);
      await recordAnswers(given.ledger, plan.account.id, [late]);
      expect(await refusal(plan, [number])).toEqual([
        `The vendor named ${number} for order ${order.id}.`,
      ]);
    });

    test('when it came back to the list after an unknown order was sent', async () => {
      const plan = await newPlan(given.ledger);
      const [number] = newNumbers(1) as [string];
      await readList(given.ledger, plan.account, [number]);
      const { order } = await judgedOrder(plan, [number], { finding: 'open' }, {}, []);
      expect(await refusal(plan, [number])).toEqual([
        `Order ${order.id} may have bought ${number}, which came back to the list since.`,
      ]);
    });

    test('while the ledger has lost plans or orders that were sent', async () => {
      const plan = await newPlan(given.ledger);
      const [number] = newNumbers(1) as [string];
      await readList(given.ledger, plan.account, [number]);
      await noteLostSuccessors(given.ledger, [{ orderId: orderId(plan.id, 2), attempt: 1 }]);
      await sql(
        given.ledger,
        `insert into ledger.lost_plans
           (account_id, plan_key, attempt, bits, deadline_tick, baseline)
         values ($1, 'lost', 1, '\\x80', 0, 0)`,
        [plan.account.id],
      );
      expect(await refusal(plan, [number])).toEqual([
        'Plans that the ledger has lost may have bought them. Submit those plans again first.',
        'An order for what another one lacked was sent, is lost, and may have bought them.',
      ]);
    });

    test('while no worker has found out what the ledger may have lost', async () => {
      const plan = await newPlan(given.ledger);
      const [number] = newNumbers(1) as [string];
      await readList(given.ledger, plan.account, [number]);
      await moveTo(given.ledger, 'elsewhere');
      expect(await refusal(plan, [number])).toEqual([
        expect.stringContaining('no worker has found out yet what it may have lost'),
      ]);
    });
  });
});

describeOnPostgres('a number that two persons decide on at once', (given) => {
  test('is not foreign, once an order has it', async () => {
    const plan = await newPlan(given.ledger);
    const [number] = newNumbers(1) as [string];
    const order = await claimOne(given.ledger, plan);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(order, 'unknown')]);
    await readList(given.ledger, plan.account, [number]);
    // Somebody has said so, and it is not committed yet.
    const saying = `update ledger.owned set foreign_listing = listing_id where number = ${number}`;
    const settling = () => settleOrder(given.ledger, order.id, { bought: [number] }, BY);
    await heldUp(given, saying, [settling]);
    await unsettleOrder(given.ledger, order.id, BY);
    const [stray] = await strayNumbers(given.ledger, plan.account.id);
    expect(stray).toMatchObject({ number, isForeign: false });
  });
});
