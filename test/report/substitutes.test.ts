import { beforeAll, expect, test } from 'vitest';
import { step } from '../support/ladder-plan.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import type { SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';

describeOnALedger('the results of a plan with a fallback', (given) => {
  let plan: SmallPlan;
  const rows = (name: 'numbers.csv' | 'lines.csv' | 'remainder.csv') => given.rowsOf(plan, name);
  const summary = async () => JSON.parse(await given.textOf(plan, 'summary.json'));

  beforeAll(async () => {
    plan = await given.ladderPlan({ quantities: [5, 3] });
    await given.sellEach(plan, 2, 3);
    await given.sellEach(plan, 1);
    await given.sellEach(plan, 1);
  });

  test('name for each number what was asked for, and by which rung it came', async () => {
    const asked = { asked_area_code: '212', region: 'New York', outside: '' };
    const exact = { ...asked, area_code: '212', rung: '', miles: '' };
    const instead = { ...asked, rung: 'overlay', miles: '1.5' };
    expect(await rows('numbers.csv')).toMatchObject([
      ...Array(2).fill({ ...exact, line: '2' }),
      ...Array(3).fill({ ...exact, line: '3' }),
      { ...instead, line: '2', area_code: '332' },
      { ...instead, line: '2', area_code: '646' },
    ]);
  });

  test('add up in every file', async () => {
    const [first, second] = await rows('lines.csv');
    expect(first).toMatchObject({ requested: '5', bought: '4', substituted: '2', short: '1' });
    expect(second).toMatchObject({ requested: '3', bought: '3', substituted: '0', short: '0' });
    const { totals, revision, standing } = await summary();
    expect(totals).toMatchObject({ requested: 8, bought: 7, exact: 5, substituted: 2, short: 1 });
    expect({ revision, standing }).toEqual({ revision: 1, standing: null });
    expect(await rows('remainder.csv')).toMatchObject([{ area_code: '212', quantity: '1' }]);
  });

  test('mark and count a number that its order cannot have brought', async () => {
    const text = `update ledger.numbers set number = $2
      where number = (select max(number) from ledger.numbers where order_id = $1)`;
    await given.sql(text, [plan.orders[0], 9995550100]);
    const outside = (await rows('numbers.csv')).filter((row) => row.outside === '1');
    expect(outside).toMatchObject([{ area_code: '212', number: '9995550100', region: '' }]);
    expect((await summary()).totals).toMatchObject({ outside: 1, bought: 7 });
  });

  test.each([
    [3, 'overlay:2 tollfree:2'],
    // A rung that is used up keeps its area codes from the next one.
    [5, 'overlay:0 tollfree:2'],
  ])('offer what is left of the caps when %i of 5 are used', async (used, fallback) => {
    const steps = [step(1, '332', { cap: 5 }), step(1, '646', { cap: 5 })];
    const wishes = { steps, fallback: 'overlay:5 tollfree:2', keepTrying: '3d' };
    const capped = await given.ladderPlan({ ...wishes, quantities: [20] });
    const offered = () => given.rowsOf(capped, 'remainder.csv');
    await given.sellEach(capped, 10);
    await given.sellEach(capped, used);
    await given.sellEach(capped, 0);
    expect(await offered()).toEqual([]);
    await given.closeLines(capped.id, 2, { who: 'Ada' });
    const quantity = String(10 - used);
    expect(await offered()).toMatchObject([{ quantity, fallback, keep_trying: '' }]);
  });

  test('offer nothing that goes on by itself, when no worker has looked yet', async () => {
    const frozen = await given.ladderPlan({ quantities: [50] });
    const [first, second] = await given.sendWaiting(frozen);
    const answers = [answerTo(first!, 'short', { numbers: newNumbers(20) })];
    await given.recordAnswers(frozen.account.id, [...answers, answerTo(second!, 'unknown')]);
    await given.goOn(frozen);
    expect(await given.rowsOf(frozen, 'remainder.csv')).toEqual([]);
    const bought = { bought: newNumbers(25) };
    const by = { who: 'Ada', why: 'counted' };
    await given.settleOrder(second!.id, bought, by, { againstEvidence: true });
    expect(await given.rowsOf(frozen, 'remainder.csv')).toEqual([]);
    await given.goOn(frozen);
    await given.sellEach(frozen, 5);
    expect(await given.rowsOf(frozen, 'remainder.csv')).toEqual([]);
    expect(await given.findPlan(frozen.id)).toMatchObject({ bought: 50, state: 'finished' });
  });

  test('offer no capped rung of a line that may use it itself', async () => {
    const wishes = { steps: [step(1, '332', { cap: 10 })], fallback: 'overlay:10' };
    const plan = await given.ladderPlan({ ...wishes, keepTrying: '3d', quantities: [50] });
    const [first, second] = await given.sendWaiting(plan);
    await given.recordAnswers(plan.account.id, [
      answerTo(first!, 'refused'),
      answerTo(second!, 'short', { numbers: newNumbers(5) }),
    ]);
    await given.goOn(plan);
    expect(await given.rowsOf(plan, 'remainder.csv')).toMatchObject([
      { quantity: '25', fallback: '' },
    ]);
  });

  test('offer a line no day that is over', async () => {
    const until = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const late = await given.ladderPlan({ steps: [], keepTrying: `until ${until}` });
    await given.sellEach(late, 10);
    expect(await given.rowsOf(late, 'remainder.csv')).toMatchObject([
      { quantity: '15', keep_trying: '' },
    ]);
  });
});

describeOnALedger('the results of a standing plan', (given) => {
  test('leave out of the remainder what is tried again by itself', async () => {
    const plan = await given.ladderPlan({ steps: [], keepTrying: '3d', quantities: [5, 3] });
    await given.sellEach(plan, 2, 3);
    expect((await given.findPlan(plan.id)).state).toBe('standing');
    expect(await given.rowsOf(plan, 'remainder.csv')).toEqual([]);
    await given.steerPlan(plan.id, 'cancel', { who: 'Ada' });
    expect(await given.rowsOf(plan, 'remainder.csv')).toMatchObject([{ quantity: '3' }]);
  });

  test('say how many lines wait and until when, and get a revision with each change', async () => {
    const plan = await given.ladderPlan({ steps: [], keepTrying: '3d', quantities: [5, 3, 4] });
    const summary = async () => JSON.parse(await given.textOf(plan, 'summary.json'));
    expect(await summary()).toMatchObject({ revision: 0, standing: null });
    await given.sellEach(plan, 2, 3, 0);
    const { startedAt } = await given.findPlan(plan.id);
    const until = new Date(startedAt!.getTime() + 3 * 86_400_000).toISOString();
    const next = expect.stringMatching(/^2.*Z$/);
    expect(await summary()).toMatchObject({ revision: 1, standing: { lines: 2, next, until } });
    await given.makeDue(plan);
    await given.sellEach(plan);
    expect(await summary()).toMatchObject({ revision: 1, standing: { lines: 2 } });
    await given.makeDue(plan);
    await given.sellEach(plan, 3, 1);
    expect(await summary()).toMatchObject({ revision: 2, standing: { lines: 1 } });
    await given.sql('update ledger.standing set until = ledger.now() where plan_id = $1', [
      plan.id,
    ]);
    await given.makeDue(plan);
    expect(await summary()).toMatchObject({ state: 'finished', revision: 2, standing: null });
  });
});
