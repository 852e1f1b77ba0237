import { expect, test } from 'vitest';
import type { AnswerRecord } from '../../../src/ledger/index.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';
import { line, linesOf } from '../../support/plans.ts';
import { answerTo, newNumbers } from '../../support/sending.ts';

const SHAPE = { separator: ';', regions: { 212: 'New York' } };

describeOnALedger('results', (given) => {
  test('of a line of several orders say the same reason once', async () => {
    const plan = await given.newPlan({ lines: linesOf(50) });
    const short = (await given.claim(plan)).map((order) => answerTo(order, 'short'));
    await given.record(plan, ...short);
    expect(short).toHaveLength(2);
    expect(await given.allLines(plan.id)).toMatchObject([
      { bought: 0, short: 50, reason: short[0]!.what },
    ]);
  });

  test('of a line tell what became of each of its numbers', async () => {
    const flags = { fillQuantity: true, smsSupported: false, distance: 5 };
    const lines = [
      line({ line: 4, quantity: 200, areaCode: '312555', ...flags, extra: ['a', ''] }),
      line({ line: 9, quantity: 3, areaCode: null, type: 'tollfree' }),
    ];
    const plan = await given.newPlan({ lines });
    const outcomes: AnswerRecord['outcome'][] = [
      'filled',
      'short',
      'short',
      'refused',
      'refused',
      'unknown',
      'not_sent',
    ];
    const orders = await given.claim(plan, plan.orders.slice(0, 7));
    const answers = orders.map((order, n) => answerTo(order, outcomes[n]!));
    answers[1] = { ...answers[1]!, numbers: newNumbers(20), what: 'that was all' };
    answers[2] = { ...answers[2]!, what: 'that was all' };
    answers[6] = { ...answers[6]!, state: 'undelivered', what: 'no way', waitMs: null };
    await given.record(plan, ...answers);
    const options = { cleansedOnly: null, orderSlot: null, allowOverlay: null };
    const common = { ...options, fallback: null, keepTrying: null };
    const first = {
      ...common,
      ...flags,
      line: 4,
      areaCode: '312555',
      type: 'local',
      requested: 200,
      extra: '["a"]',
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
    expect(await given.allLines(plan.id)).toEqual([first, second]);
    expect(await Array.fromAsync(given.lackingLines(plan.id))).toEqual([[first, second]]);
    await given.steerPlan(plan.id, 'cancel', { who: 'Ada' });
    await given.cancelWaiting(plan.id);
    expect(await given.allLines(plan.id)).toEqual([
      { ...first, pending: 0, cancelled: 25 },
      { ...second, pending: 0, cancelled: 3 },
    ]);
  });

  test('of numbers come in the order of the plan, whenever they were recorded', async () => {
    const plan = await given.newPlan({
      lines: [line({ line: 4, quantity: 2, extra: ['a'] }), line({ line: 9, quantity: 1 })],
    });
    const answers = (await given.claim(plan)).map((order) => answerTo(order, 'filled'));
    for (const answer of answers.toReversed()) await given.record(plan, answer);
    await given.sql('update ledger.numbers set bought_at = $1', ['2026-03-01T12:00:00.0109Z']);
    const rowsOf = (at: number, asked: number) =>
      answers[at]!.numbers.map((number) =>
        [asked, plan.orders[at], '212', 'local', number, `+1${number}`, '2026-03-01T12:00:00.010Z']
          .concat('212', '', '', 'New York', '')
          .join(';'),
      ).join('\n');
    expect(await Array.fromAsync(given.numberRows(plan.id, SHAPE))).toEqual([
      [
        { text: rowsOf(0, 4), outside: 0, extra: '["a"]' },
        { text: rowsOf(1, 9), outside: 0, extra: null },
      ],
    ]);
  });

  test('of lines that lack nothing are not read, page by page', async () => {
    const plan = await given.newPlan({ lines: linesOf(...Array(2_500).fill(2)) });
    const found = async () => {
      const pages = await Array.fromAsync(given.lackingLines(plan.id));
      return pages.map((page) => [page.length, page[0]!.line, page.at(-1)!.line]);
    };
    expect(await found()).toEqual([]);
    for (const at of [999, 2_499]) {
      await given.sendOne(plan, 'refused', {}, plan.orders[at]);
    }
    expect(await found()).toEqual([
      [1_000, 2, 1_001],
      [500, 2_002, 2_501],
    ]);
  });

  test('of a plan that there is not are none', async () => {
    expect(await Array.fromAsync(given.lackingLines(99_999))).toEqual([]);
    expect(await Array.fromAsync(given.lineRows(99_999, ','))).toEqual([]);
    expect(await Array.fromAsync(given.numberRows(99_999, SHAPE))).toEqual([]);
    await expect(given.planColumns(99_999)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of an account are all of its numbers and no other one’s', async () => {
    const one = await given.newPlan({ lines: linesOf(2) });
    const two = await given.newPlan({ account: one.account, lines: linesOf(1) });
    const other = await given.newPlan({ lines: linesOf(3) });
    const bought: string[] = [];
    for (const plan of [one, two, other]) {
      const { answer } = await given.sendOne(plan, 'filled');
      if (plan !== other) bought.push(...answer.numbers);
    }
    expect((await given.boughtNumbers(one.account.id)).sort()).toEqual(bought.sort());
  });
});
