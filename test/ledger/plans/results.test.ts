import { expect, test } from 'vitest';
import {
  type AnswerRecord,
  boughtNumbers,
  cancelWaiting,
  lackingLines,
  lineRows,
  numberRows,
  planColumns,
  steerPlan,
} from '../../../src/ledger/index.ts';
import { allLines, sql } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf, newPlan } from '../../support/plans.ts';
import { answerTo, claim, newNumbers, record, sendOne } from '../../support/sending.ts';

const SHAPE = { separator: ';', regions: { 212: 'New York' } };

describeOnALedger('results', (given) => {
  test('of a line of several orders say the same reason once', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(50) });
    const short = (await claim(given.ledger, plan)).map((order) => answerTo(order, 'short'));
    await record(given.ledger, plan, ...short);
    expect(short).toHaveLength(2);
    expect(await allLines(given.ledger, plan.id)).toMatchObject([
      { bought: 0, short: 50, reason: short[0]!.what },
    ]);
  });

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
    await record(ledger, plan, ...answers);
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
    expect(await allLines(ledger, plan.id)).toEqual([first, second]);
    expect(await Array.fromAsync(lackingLines(ledger, plan.id))).toEqual([[first, second]]);
    await steerPlan(ledger, plan.id, 'cancel', { who: 'Ada' });
    await cancelWaiting(ledger, plan.id);
    expect(await allLines(ledger, plan.id)).toEqual([
      { ...first, pending: 0, cancelled: 25 },
      { ...second, pending: 0, cancelled: 3 },
    ]);
  });

  test('of numbers come in the order of the plan, whenever they were recorded', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, {
      lines: [line({ line: 4, quantity: 2, extra: ['a'] }), line({ line: 9, quantity: 1 })],
    });
    const answers = (await claim(ledger, plan)).map((order) => answerTo(order, 'filled'));
    for (const answer of answers.toReversed()) await record(ledger, plan, answer);
    await sql(ledger, 'update ledger.numbers set bought_at = $1', ['2026-03-01T12:00:00.0109Z']);
    const rowsOf = (at: number, asked: number) =>
      answers[at]!.numbers.map((number) =>
        [asked, plan.orders[at], '212', 'local', number, `+1${number}`, '2026-03-01T12:00:00.010Z']
          .concat('212', '', '', 'New York', '')
          .join(';'),
      ).join('\n');
    expect(await Array.fromAsync(numberRows(ledger, plan.id, SHAPE))).toEqual([
      [
        { text: rowsOf(0, 4), outside: 0, extra: '["a"]' },
        { text: rowsOf(1, 9), outside: 0, extra: null },
      ],
    ]);
  });

  test('of lines that lack nothing are not read, page by page', async () => {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(...Array(2_500).fill(2)) });
    const found = async () => {
      const pages = await Array.fromAsync(lackingLines(ledger, plan.id));
      return pages.map((page) => [page.length, page[0]!.line, page.at(-1)!.line]);
    };
    expect(await found()).toEqual([]);
    for (const at of [999, 2_499]) {
      await sendOne(ledger, plan, 'refused', {}, plan.orders[at]);
    }
    expect(await found()).toEqual([
      [1_000, 2, 1_001],
      [500, 2_002, 2_501],
    ]);
  });

  test('of a plan that there is not are none', async () => {
    expect(await Array.fromAsync(lackingLines(given.ledger, 99_999))).toEqual([]);
    expect(await Array.fromAsync(lineRows(given.ledger, 99_999, ','))).toEqual([]);
    expect(await Array.fromAsync(numberRows(given.ledger, 99_999, SHAPE))).toEqual([]);
    await expect(planColumns(given.ledger, 99_999)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of an account are all of its numbers and no other one’s', async () => {
    const { ledger } = given;
    const one = await newPlan(ledger, { lines: linesOf(2) });
    const two = await newPlan(ledger, { account: one.account, lines: linesOf(1) });
    const other = await newPlan(ledger, { lines: linesOf(3) });
    const bought: string[] = [];
    for (const plan of [one, two, other]) {
      const { answer } = await sendOne(ledger, plan, 'filled');
      if (plan !== other) bought.push(...answer.numbers);
    }
    expect((await boughtNumbers(ledger, one.account.id)).sort()).toEqual(bought.sort());
  });
});
