import { beforeAll, expect, test } from 'vitest';
import { type AuditResult, auditLedger, type Ledger } from '../../src/ledger/index.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { BREACHES, type Orders } from './breaches.ts';

const LAWS = [
  'never_twice',
  'intent_first',
  'state_fits_attempt',
  'numbers_counted',
  'bought_fits_state',
  'number_once',
  'line_adds_up',
  'plan_adds_up',
  'successors_lack',
  'successor_in_place',
  'tally_true',
  'spending_true',
  'nothing_lost',
  'no_surplus',
  'bought_as_asked',
  'bought_anew',
  'approved',
];

/** In a transaction that is rolled back. The triggers that count stay; those that forbid go. */
const WITHOUT_CONSTRAINTS = `
  drop index ledger.attempts_never_twice;
  drop trigger orders_legal_move on ledger.orders;
  drop trigger orders_line_inserted on ledger.orders;
  drop trigger orders_family_stays on ledger.orders;
  drop trigger lines_stay on ledger.lines;
  alter table ledger.orders drop constraint orders_bought_fits_state,
        drop constraint orders_quantity_in_range;
  alter table ledger.numbers drop constraint numbers_one_order`;

describeOnALedger('the audit', (given) => {
  let plan: SmallPlan;
  let orders: Orders;
  beforeAll(async () => {
    plan = await given.newPlan({ lines: linesOf(...Array(6).fill(3)) });
    const [filled, short, unknown, throttled, sending, waiting] = plan.orders as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    orders = { filled, short, unknown, throttled, sending, waiting };
    const claimed = await given.claim(plan, plan.orders.slice(0, 5));
    const answers = (['filled', 'short', 'unknown', 'throttled'] as const).map((outcome, n) =>
      answerTo(claimed[n]!, outcome),
    );
    answers[1]!.numbers = newNumbers(1);
    await given.record(plan, ...answers);
    await given.newPlan();
  });

  const broken = (results: AuditResult[]) =>
    results.filter(({ breaches }) => breaches.length > 0).map(({ law }) => law);

  test('finds nothing in a ledger that is well, and says what it has looked for', async () => {
    const results = await given.auditLedger();
    expect(results.map(({ law }) => law)).toEqual(LAWS);
    expect(results.flatMap(({ breaches }) => breaches)).toEqual([]);
    expect(results.every(({ promise }) => promise.length > 20)).toBe(true);
  });

  test.each(BREACHES)('finds %s', async (_, statements, laws) => {
    const undo = new Error('undo');
    const found: AuditResult[][] = [];
    const work = given.ledger.transaction(async (tx) => {
      await tx.script(WITHOUT_CONSTRAINTS);
      await tx.script(statements(orders, plan.id));
      const inside: Ledger = { ...given.ledger, ...tx };
      for (const planId of [undefined, plan.id, plan.id + 1]) {
        found.push(await auditLedger(inside, planId));
      }
      throw undo;
    });
    await expect(work).rejects.toBe(undo);
    const [all, own, other] = found.map(broken);
    expect(all).toEqual(laws);
    expect(own).toEqual(laws);
    expect(other).toEqual([]);
    for (const { breaches } of found[0]!) {
      for (const { order, plan: of, detail } of breaches) {
        expect(order ?? of).not.toBeNull();
        expect(detail).toMatch(/\w+ \w+/);
      }
    }
  });

  test('shows each law broken once at least', () => {
    expect([...new Set(BREACHES.flatMap(([, , laws]) => laws))].sort()).toEqual(LAWS.toSorted());
  });

  test('lists twenty breaches of a law at most', async () => {
    const many = await given.newPlan({ lines: linesOf(...Array(30).fill(1)) });
    const wrong = 'update ledger.orders set attempts = $2 where plan_id = $1';
    await given.sql(wrong, [many.id, 1]);
    const results = await given.auditLedger();
    await given.sql(wrong, [many.id, 0]);
    const { breaches } = results.find(({ law }) => law === 'intent_first')!;
    expect(breaches.map(({ order }) => order)).toEqual(many.orders.slice(0, 20));
  });
});
