import { beforeAll, expect, test } from 'vitest';
import {
  closeLines,
  findPlan,
  recordAnswers,
  settleOrder,
  steerPlan,
} from '../../src/ledger/index.ts';
import { goOn, ladderPlan, makeDue, sellEach, sendWaiting, step } from '../support/ladder-plan.ts';
import { sql } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import type { SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { rowsOf, textOf } from './reported-plan.ts';

describeOnALedger('the results of a plan with a fallback', (given) => {
  let plan: SmallPlan;
  const rows = (name: 'numbers.csv' | 'lines.csv' | 'remainder.csv') =>
    rowsOf(given.ledger, plan, name);
  const summary = async () => JSON.parse(await textOf(given.ledger, plan, 'summary.json'));

  beforeAll(async () => {
    plan = await ladderPlan(given.ledger, { quantities: [5, 3] });
    await sellEach(given.ledger, plan, 2, 3);
    await sellEach(given.ledger, plan, 1);
    await sellEach(given.ledger, plan, 1);
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
    await sql(given.ledger, text, [plan.orders[0], 9995550100]);
    const outside = (await rows('numbers.csv')).filter((row) => row.outside === '1');
    expect(outside).toMatchObject([{ area_code: '212', number: '9995550100', region: '' }]);
    expect((await summary()).totals).toMatchObject({ outside: 1, bought: 7 });
  });

  test.each([
    [3, 'overlay:2 tollfree:2'],
    // A rung that is used up keeps its area codes from the next one.
    [5, 'overlay:0 tollfree:2'],
  ])('offer what is left of the caps when %i of 5 are used', async (used, fallback) => {
    const { ledger } = given;
    const steps = [step(1, '332', { cap: 5 }), step(1, '646', { cap: 5 })];
    const wishes = { steps, fallback: 'overlay:5 tollfree:2', keepTrying: '3d' };
    const capped = await ladderPlan(ledger, { ...wishes, quantities: [20] });
    const offered = () => rowsOf(ledger, capped, 'remainder.csv');
    await sellEach(ledger, capped, 10);
    await sellEach(ledger, capped, used);
    await sellEach(ledger, capped, 0);
    expect(await offered()).toEqual([]);
    await closeLines(ledger, capped.id, 2, { who: 'Ada' });
    const quantity = String(10 - used);
    expect(await offered()).toMatchObject([{ quantity, fallback, keep_trying: '' }]);
  });

  test('offer nothing that goes on by itself, when no worker has looked yet', async () => {
    const { ledger } = given;
    const frozen = await ladderPlan(ledger, { quantities: [50] });
    const [first, second] = await sendWaiting(ledger, frozen);
    const answers = [answerTo(first!, 'short', { numbers: newNumbers(20) })];
    await recordAnswers(ledger, frozen.account.id, [...answers, answerTo(second!, 'unknown')]);
    await goOn(ledger, frozen);
    expect(await rowsOf(ledger, frozen, 'remainder.csv')).toEqual([]);
    const bought = { bought: newNumbers(25) };
    const by = { who: 'Ada', why: 'counted' };
    await settleOrder(ledger, second!.id, bought, by, { againstEvidence: true });
    expect(await rowsOf(ledger, frozen, 'remainder.csv')).toEqual([]);
    await goOn(ledger, frozen);
    await sellEach(ledger, frozen, 5);
    expect(await rowsOf(ledger, frozen, 'remainder.csv')).toEqual([]);
    expect(await findPlan(ledger, frozen.id)).toMatchObject({ bought: 50, state: 'finished' });
  });

  test('offer no capped rung of a line that may use it itself', async () => {
    const { ledger } = given;
    const wishes = { steps: [step(1, '332', { cap: 10 })], fallback: 'overlay:10' };
    const plan = await ladderPlan(ledger, { ...wishes, keepTrying: '3d', quantities: [50] });
    const [first, second] = await sendWaiting(ledger, plan);
    await recordAnswers(ledger, plan.account.id, [
      answerTo(first!, 'refused'),
      answerTo(second!, 'short', { numbers: newNumbers(5) }),
    ]);
    await goOn(ledger, plan);
    expect(await rowsOf(ledger, plan, 'remainder.csv')).toMatchObject([
      { quantity: '25', fallback: '' },
    ]);
  });

  test('offer a line no day that is over', async () => {
    const { ledger } = given;
    const until = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const late = await ladderPlan(ledger, { steps: [], keepTrying: `until ${until}` });
    await sellEach(ledger, late, 10);
    expect(await rowsOf(ledger, late, 'remainder.csv')).toMatchObject([
      { quantity: '15', keep_trying: '' },
    ]);
  });
});

describeOnALedger('the results of a standing plan', (given) => {
  test('leave out of the remainder what is tried again by itself', async () => {
    const { ledger } = given;
    const plan = await ladderPlan(ledger, { steps: [], keepTrying: '3d', quantities: [5, 3] });
    await sellEach(ledger, plan, 2, 3);
    expect((await findPlan(ledger, plan.id)).state).toBe('standing');
    expect(await rowsOf(ledger, plan, 'remainder.csv')).toEqual([]);
    await steerPlan(ledger, plan.id, 'cancel', { who: 'Ada' });
    expect(await rowsOf(ledger, plan, 'remainder.csv')).toMatchObject([{ quantity: '3' }]);
  });

  test('say how many lines wait and until when, and get a revision with each change', async () => {
    const { ledger } = given;
    const plan = await ladderPlan(ledger, { steps: [], keepTrying: '3d', quantities: [5, 3, 4] });
    const summary = async () => JSON.parse(await textOf(ledger, plan, 'summary.json'));
    expect(await summary()).toMatchObject({ revision: 0, standing: null });
    await sellEach(ledger, plan, 2, 3, 0);
    const { startedAt } = await findPlan(ledger, plan.id);
    const until = new Date(startedAt!.getTime() + 3 * 86_400_000).toISOString();
    const next = expect.stringMatching(/^2.*Z$/);
    expect(await summary()).toMatchObject({ revision: 1, standing: { lines: 2, next, until } });
    await makeDue(ledger, plan);
    await sellEach(ledger, plan);
    expect(await summary()).toMatchObject({ revision: 1, standing: { lines: 2 } });
    await makeDue(ledger, plan);
    await sellEach(ledger, plan, 3, 1);
    expect(await summary()).toMatchObject({ revision: 2, standing: { lines: 1 } });
    await sql(ledger, 'update ledger.standing set until = ledger.now() where plan_id = $1', [
      plan.id,
    ]);
    await makeDue(ledger, plan);
    expect(await summary()).toMatchObject({ state: 'finished', revision: 2, standing: null });
  });
});
