import type { ServerResponse } from 'node:http';
import { beforeEach, expect, test } from 'vitest';
import {
  changeAccount,
  endPlans,
  type Ledger,
  recordAnswers,
  retryPlan,
  settleOrder,
} from '../../src/ledger/index.ts';
import { deliverAll, waitAfter } from '../../src/webhook/deliver.ts';
import { ladderPlan, makeDue, sellEach } from '../support/ladder-plan.ts';
import { sql } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { linesOf, newPlan, type SmallPlan } from '../support/plans.ts';
import { NOTICE_SECRET, openReceiver } from '../support/receiver.ts';
import { recordingLog } from '../support/recording-log.ts';
import { answerTo, claim } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';

describeOnALedger('what happens', (given) => {
  let receiver: Awaited<ReturnType<typeof openReceiver>>;
  let log: ReturnType<typeof recordingLog>;
  beforeEach(async () => {
    receiver = await openReceiver();
    log = recordingLog();
    // The messages of earlier tests.
    await sql(given.ledger, 'update ledger.outbox set closed_at = clock_timestamp()');
  });

  const tell = (ledger: Ledger = given.ledger) => {
    const webhook = { url: receiver.url, secret: NOTICE_SECRET };
    return deliverAll({ ledger, webhook, log: log.log, stopped: new AbortController().signal });
  };
  const told = () => receiver.received.map(({ letter }) => letter);
  const answerAll = async (plan: SmallPlan, ...outcomes: Parameters<typeof answerTo>[1][]) => {
    for (const [at, order] of (await claim(given.ledger, plan)).entries()) {
      const outcome = outcomes[at]!;
      await recordAnswers(given.ledger, plan.account.id, [answerTo(order, outcome)]);
    }
    await endPlans(given.ledger, plan.account.id);
  };
  const due = () =>
    sql(given.ledger, 'update ledger.outbox set next_at = clock_timestamp() where deliveries > 0');

  test('is told once, with counts, an id and a signature: a plan that has finished', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(10, 7, 3) });
    await answerAll(plan, 'filled', 'short', 'refused');
    await tell();
    await tell();
    expect(receiver.received).toEqual([
      {
        id: expect.stringMatching(/^notice-\d+$/),
        fault: null,
        letter: {
          event: 'plan_finished',
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          account: plan.account.name,
          mode: 'sandbox',
          plan: { id: plan.id, name: 'plan.csv' },
          revision: 1,
          requested: 20,
          bought: 10,
          substituted: 0,
          missing: 10,
          unknown: 0,
          cancelled: 0,
        },
      },
    ]);
  });

  test('is told again of a plan that has finished again', async () => {
    const plan = await newPlan(given.ledger);
    await answerAll(plan, 'refused');
    await tell();
    await retryPlan(given.ledger, plan.id, { who: 'Ada' });
    await tell();
    await answerAll(plan, 'filled');
    await tell();
    expect(told()).toMatchObject([
      { event: 'plan_finished', missing: 10 },
      { event: 'plan_finished', bought: 10, missing: 0 },
    ]);
  });

  test('is told when a plan comes to stand, when something came, and at its end', async () => {
    const { ledger } = given;
    const plan = await ladderPlan(ledger, { keepTrying: '3d', quantities: [9, 5] });
    for (const sold of [[5, 5], [1], [0]]) await sellEach(ledger, plan, ...sold);
    await tell();
    await makeDue(ledger, plan);
    for (const sold of [[0], [0], [0]]) await sellEach(ledger, plan, ...sold);
    await tell();
    await makeDue(ledger, plan);
    for (const sold of [[2], [0], [0]]) await sellEach(ledger, plan, ...sold);
    await tell();
    await makeDue(ledger, plan);
    await sellEach(ledger, plan, 1);
    await tell();
    const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const stands = { event: 'plan_standing', requested: 14, lines: 1, next: isTime, until: isTime };
    expect(told()).toMatchObject([
      { ...stands, revision: 1, bought: 11, substituted: 1, missing: 3 },
      { ...stands, revision: 2, bought: 13, substituted: 1, missing: 1 },
      { event: 'plan_finished', revision: 3, bought: 14, substituted: 1, missing: 0 },
    ]);
  });

  test('is told by plan, not by order: those that have become unknown', async () => {
    const plan = await newPlan(given.ledger, { lines: linesOf(4, 5, 6) });
    const orders = await claim(given.ledger, plan);
    const unknown = (at: number) =>
      recordAnswers(given.ledger, plan.account.id, [answerTo(orders[at]!, 'unknown')]);
    await unknown(0);
    await unknown(1);
    await tell();
    const by = { who: 'Ada', why: 'the vendor says so' };
    await settleOrder(given.ledger, orders[0]!.id, NOTHING, by, ANYHOW);
    await unknown(2);
    await tell();
    await claim(given.ledger, plan).then(([again]) =>
      recordAnswers(given.ledger, plan.account.id, [answerTo(again!, 'unknown')]),
    );
    await tell();
    expect(told()).toMatchObject([
      { event: 'unknown_appeared', plan: { id: plan.id }, orders: 2, numbers: 9 },
      { event: 'unknown_appeared', orders: 1, numbers: 6 },
      // The same order, sent once more.
      { event: 'unknown_appeared', orders: 1, numbers: 4 },
    ]);
  });

  test("is told without the vendor's words: an account that has paused itself", async () => {
    const plan = await newPlan(given.ledger);
    const [order] = await claim(given.ledger, plan);
    const what = 'Wrong key for 2125550100';
    const refusal = answerTo(order!, 'credentials', { what });
    await recordAnswers(given.ledger, plan.account.id, [refusal]);
    await tell();
    const reason = 'Put the keys right before you resume';
    const { name: account } = plan.account;
    expect(told()).toEqual([
      { event: 'account_paused', at: expect.anything(), account, mode: 'sandbox', reason },
    ]);
  });

  test('is not told: what a person has done, and what is older than a day', async () => {
    const plan = await newPlan(given.ledger);
    await changeAccount(given.ledger, plan.account.name, { pause: 'lunch' }, { who: 'Ada' });
    await changeAccount(given.ledger, plan.account.name, { resume: true }, { who: 'Ada' });
    await answerAll(plan, 'filled');
    await sql(
      given.ledger,
      `update ledger.plans set ended_at = ended_at - interval '25 hours' where id = $1`,
      [plan.id],
    );
    await tell();
    expect(told()).toEqual([]);
  });

  const status = (code: number) => (response: ServerResponse) =>
    void response.writeHead(code).end();
  test.each([
    ['an error', status(500), 'it answered with status 500'],
    ['a redirect', status(302), 'it answered with status 302'],
    [
      'a cut',
      (response: ServerResponse) => void response.destroy(),
      'it cannot be reached (UND_ERR_SOCKET)',
    ],
  ])('that meets %s is told again later, under the same id', async (_, answer, what) => {
    const plan = await newPlan(given.ledger);
    await answerAll(plan, 'filled');
    receiver.answer(answer);
    await tell();
    await tell();
    expect(receiver.received).toHaveLength(1);
    expect(log.lines).toMatchObject([{ level: 40, what, event: 'plan_finished', tries: 1 }]);
    expect(JSON.stringify(log.lines)).not.toContain('hush');

    receiver.answer();
    await due();
    await tell();
    await tell();
    const [first, second, ...more] = receiver.received;
    expect(second).toEqual(first);
    expect(more).toEqual([]);
  });

  test('that could not be told for a day is given up, and the log says so', async () => {
    const plan = await newPlan(given.ledger);
    await answerAll(plan, 'filled');
    receiver.answer(status(503));
    await tell();
    await sql(
      given.ledger,
      `update ledger.outbox set at = at - interval '25 hours', next_at = at, deliveries = 4
       where closed_at is null`,
    );
    await tell();
    await due();
    await tell();
    expect(receiver.received).toHaveLength(2);
    expect(log.lines.at(-1)).toMatchObject({ level: 50, msg: expect.stringContaining('given up') });
  });

  test('is told once when several processes tell at the same moment', async () => {
    const handles = [0, 1, 2, 3].map(given.another);
    const plan = await newPlan(given.ledger, { lines: linesOf(1, 1) });
    await answerAll(plan, 'filled', 'unknown');
    await Promise.all(handles.map(tell));
    const events = told().map(({ event }) => event);
    expect(events.sort()).toEqual(['plan_finished', 'unknown_appeared']);
  });
});

test('the wait before the next try doubles, up to a quarter of an hour', () => {
  expect([1, 2, 3, 9, 10, 50].map(waitAfter)).toEqual([
    2_000, 4_000, 8_000, 512_000, 900_000, 900_000,
  ]);
});
