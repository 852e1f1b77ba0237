import { describe, expect, test } from 'vitest';
import {
  accountEvents,
  type KeptVerdict,
  keepVerdicts,
  recordAnswers,
  sayForeign,
  settleOrder,
  strayNumbers,
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
} from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';
import { moveTo } from '../../vouch/vouching.ts';

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
  const unknownOrder = async (plan: SmallPlan, answered = {}) => {
    const order = await claimOne(given.ledger, plan);
    await recordAnswers(given.ledger, plan.account.id, [answerTo(order, 'unknown', answered)]);
    return order;
  };
  const judge = ({ id }: { id: number }, verdict: Pick<KeptVerdict, 'finding' | 'numbers'>) =>
    keepVerdicts(given.ledger, [{ order: id, attempt: 1, isClear: true, why: 'so', ...verdict }]);
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

  test('drops the verdicts, which may have counted it', async () => {
    const plan = await newPlan(given.ledger);
    const order = await unknownOrder(plan);
    const [number] = newNumbers(1) as [string];
    await readList(given.ledger, plan.account, [number]);
    await judge(order, { finding: 'nothing', numbers: [] });
    await say(plan, [number]);
    const left = await given.ledger.query(
      'left',
      'select from ledger.verdicts where order_id = $1',
      [order.id],
    );
    expect(left).toEqual([]);
  });

  describe('is refused', () => {
    test('when no list has it, the newest lacks it, or an order has it', async () => {
      const plan = await newPlan(given.ledger);
      const order = await unknownOrder(plan);
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
      await readList(given.ledger, plan.account, [before, after]);
      expect(await refusal(plan, [before, after])).toEqual([
        `Order ${order.id} may have bought ${after}, for its request may be under way.`,
      ]);
      await passTime(given.ledger, plan.account, 60_000);
      await say(plan, [before, after]);
      expect(await foreign(plan)).toEqual([before, after].sort());
    });

    test('when a verdict gives it to an order, unless the person knows better', async () => {
      const plan = await newPlan(given.ledger);
      const order = await unknownOrder(plan);
      const [number] = newNumbers(1) as [string];
      await readList(given.ledger, plan.account, [number]);
      await judge(order, { finding: 'bought', numbers: [number] });
      const objections = [
        `The verdict of the vendor's list is that order ${order.id} bought ${number}.`,
      ];
      expect(await refusal(plan, [number])).toEqual(objections);
      await say(plan, [number], { againstEvidence: true });
      expect((await accountEvents(given.ledger, plan.account.id, 1))[0]?.detail).toEqual({
        numbers: [number],
        againstEvidence: objections,
      });
      expect((await orderRow(given.ledger, order.id)).state).toBe('unknown');
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
