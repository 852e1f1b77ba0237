import { expect, test } from 'vitest';
import {
  type AnswerRecord,
  cancelWaiting,
  lineResults,
  numberResults,
  ownedNumbers,
  planColumns,
  recordAnswers,
  steerPlan,
} from '../../../src/ledger/index.ts';
import {
  answerTo,
  claim,
  claimOne,
  line,
  linesOf,
  newNumbers,
  newPlan,
  sql,
} from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';

describeOnBothDrivers('results', (given) => {
  test('of a line tell what became of each of its numbers', async () => {
    const { ledger } = given;
    const flags = { fillQuantity: true, smsSupported: false, distance: 5 };
    const lines = [
      line({ line: 4, quantity: 200, areaCode: '312555', ...flags, extra: ['a', ''] }),
      line({ line: 9, quantity: 3, areaCode: null, type: 'tollfree' }),
    ];
    const plan = await newPlan(ledger, { lines });
    const outcomes: AnswerRecord['outcome'][] = [
      'filled',
      'short',
      'short',
      'refused',
      'refused',
      'unknown',
      'not_sent',
    ];
    const orders = await claim(ledger, plan, plan.orders.slice(0, 7));
    const answers = orders.map((order, n) => answerTo(order, outcomes[n]!));
    answers[1] = { ...answers[1]!, numbers: newNumbers(20), what: 'that was all' };
    answers[2] = { ...answers[2]!, what: 'that was all' };
    answers[6] = { ...answers[6]!, state: 'undelivered', what: 'no way', waitMs: null };
    await recordAnswers(ledger, plan.account.id, answers);
    const options = { cleansedOnly: null, orderSlot: null, allowOverlay: null };
    const common = { ...options, fallback: null, keepTrying: null };
    const first = {
      ...common,
      ...flags,
      line: 4,
      areaCode: '312555',
      type: 'local',
      requested: 200,
      extra: '["a",""]',
      bought: 45,
      substituted: 0,
      short: 30,
      refused: 50,
      undelivered: 25,
      unknown: 25,
      cancelled: 0,
      pending: 25,
      reason: 'no way; that was all; the vendor said refused; the vendor said unknown',
    };
    const second = {
      ...common,
      fillQuantity: false,
      smsSupported: null,
      distance: null,
      line: 9,
      areaCode: null,
      type: 'tollfree',
      requested: 3,
      extra: null,
      bought: 0,
      substituted: 0,
      short: 0,
      refused: 0,
      undelivered: 0,
      unknown: 0,
      cancelled: 0,
      pending: 3,
      reason: null,
    };
    expect(await Array.fromAsync(lineResults(ledger, plan.id))).toEqual([[first, second]]);
    await steerPlan(ledger, plan.id, 'cancel', { who: 'Ada' });
    await cancelWaiting(ledger, plan.id);
    expect(await Array.fromAsync(lineResults(ledger, plan.id))).toEqual([
      [
        { ...first, pending: 0, cancelled: 25 },
        { ...second, pending: 0, cancelled: 3 },
      ],
    ]);
  });

  test('of a number tell its line, its order and when it was bought', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, {
      lines: [line({ line: 4, quantity: 2, extra: ['a'] }), line({ line: 9, quantity: 1 })],
    });
    const answers = (await claim(ledger, plan)).map((order) => answerTo(order, 'filled'));
    // Recorded the other way round, they come in the order of the plan all the same.
    for (const answer of answers.toReversed())
      await recordAnswers(ledger, plan.account.id, [answer]);
    const [first, second] = answers.map(({ numbers }) => numbers.map(Number)) as [
      number[],
      number[],
    ];
    const asked = {
      ...{ areaCode: '212', distance: null, allowOverlay: null },
      ...{ askedAreaCode: '212', rung: null, miles: null },
    };
    const common = { ...asked, type: 'local', boughtAt: expect.any(Date) };
    expect(await Array.fromAsync(numberResults(ledger, plan.id))).toEqual([
      [
        { ...common, line: 4, order: plan.orders[0], number: first[0], extra: '["a"]' },
        { ...common, line: 4, order: plan.orders[0], number: first[1], extra: '["a"]' },
        { ...common, line: 9, order: plan.orders[1], number: second[0], extra: null },
      ],
    ]);
  });

  test('come in pages, and none is left out or comes twice', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(...Array(2_500).fill(2)) });
    await newPlan(ledger);
    // What has been claimed and answered for them makes no difference here.
    await sql(
      ledger,
      `insert into ledger.numbers (number, order_id)
       select 3000000000 + 2 * (id % 10000000) + n, id from ledger.orders, generate_series(0, 1) n
       where plan_id = $1 order by id desc`,
      [plan.id],
    );
    const lines = await Array.fromAsync(lineResults(ledger, plan.id));
    expect(lines.map((page) => page.length)).toEqual([1_000, 1_000, 500]);
    expect(lines.flat().map((each) => each.line)).toEqual(
      Array.from({ length: 2_500 }, (_, n) => n + 2),
    );
    const numbers = await Array.fromAsync(numberResults(ledger, plan.id));
    expect(numbers.map((page) => page.length)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(numbers.flat().map((each) => each.number)).toEqual(
      Array.from({ length: 5_000 }, (_, n) => 3_000_000_002 + n),
    );
  });

  test('of a plan that there is not are none', async () => {
    expect(await Array.fromAsync(lineResults(given.ledger, 99_999))).toEqual([]);
    expect(await Array.fromAsync(numberResults(given.ledger, 99_999))).toEqual([]);
    await expect(planColumns(given.ledger, 99_999)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('know the names of the plan’s own columns', async () => {
    const { id } = await newPlan(given.ledger);
    expect(await planColumns(given.ledger, id)).toEqual([]);
    const columns = ['city', 'Größe, "x"', ''];
    await sql(given.ledger, 'update ledger.plans set extra_columns = $2::text[] where id = $1', [
      id,
      columns,
    ]);
    expect(await planColumns(given.ledger, id)).toEqual(columns);
  });

  test('of an account are all of its numbers and no other one’s', async () => {
    const { ledger } = given;
    const one = await newPlan(ledger, { lines: linesOf(2) });
    const two = await newPlan(ledger, { account: one.account, lines: linesOf(1) });
    const other = await newPlan(ledger, { lines: linesOf(3) });
    const bought: string[] = [];
    for (const plan of [one, two, other]) {
      const answer = answerTo(await claimOne(ledger, plan), 'filled');
      await recordAnswers(ledger, plan.account.id, [answer]);
      if (plan !== other) bought.push(...answer.numbers);
    }
    expect((await ownedNumbers(ledger, one.account.id)).sort()).toEqual(bought.sort());
  });
});
