import { beforeAll, describe, expect, test } from 'vitest';
import {
  auditLedger,
  beginListing,
  claimProbe,
  continueWithinLimits,
  countInFlight,
  countWaitingApprovals,
  doubtFinal,
  endPlans,
  expireAttempts,
  fillablePlans,
  findChores,
  findPlan,
  findStoppedJobs,
  keepListing,
  type Ledger,
  lacksBaseline,
  linePage,
  listPlans,
  noteProgress,
  noteQueued,
  openOrders,
  openSuccessors,
  planEvents,
  plansOfRemainder,
  readAccountStats,
  readObstacleFacts,
  renewProbe,
  settlements,
  settleOrder,
  stoppedSuccessors,
  surplusNumbers,
  takeMoments,
  takeReconcileRight,
  unknownAttempts,
  unknownCounts,
  unknownOrders,
  unqueuedSuccessors,
  verdictCounts,
  waitingOrders,
  whyNotClaimed,
} from '../../src/ledger/index.ts';
import { lockCompared, suspectContradicted } from '../../src/ledger/orders/contradicted.ts';
import { withNewReason } from '../support/by.ts';
import { sql } from '../support/ledger.ts';
import { describeOnBothDrivers } from '../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../support/plans.ts';
import { answerTo, claim, newNumbers, record } from '../support/sending.ts';
import { ANYHOW, NOTHING } from '../support/settling.ts';

/** On fewer orders the planner rightly reads a whole table. */
const ORDERS = 50_000;
const LINES = ORDERS / 4;
/** Whose attempts and numbers are recorded. */
const ANSWERED = 3_000;
/** Orders in one statement. */
const BATCH = 20;
/** Rows and index entries that one operation may read. */
const MOST = 2_000;

/** From the sixth run on, PostgreSQL may plan a prepared statement without its values. */
const RUNS = 7;

/** The tables that grow with the orders. */
const GROWING = [
  'approvals',
  'attempts',
  'disputes',
  'events',
  'lines',
  'numbers',
  'orders',
  'remainders',
];

/** Rows and index entries that this transaction read, also in triggers and checks of keys. */
const READ_SO_FAR = `
  select sum(pg_stat_get_xact_tuples_returned(part.oid))::int as count
  from pg_class grown, lateral (
    select grown.oid union all
    select indexrelid from pg_index where indrelid = grown.oid) part
  where grown.relnamespace = 'ledger'::regnamespace and grown.relname = any($1)`;

type Work = (ledger: Ledger) => Promise<unknown>;

/** The most that one of several runs reads of these tables. Each run is rolled back. */
function mostRead(ledger: Ledger, work: Work, tables = GROWING): Promise<number> {
  return ledger.transaction(async (tx) => {
    const inside: Ledger = { ...ledger, ...tx, transaction: (nested) => nested(tx) };
    const readSoFar = async () => {
      const [read] = await sql<{ count: number }>(inside, READ_SO_FAR, [tables]);
      return read!.count;
    };
    await tx.script(`set local plan_cache_mode = auto`);
    const reads: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      await tx.script('savepoint run');
      const before = await readSoFar();
      await work(inside);
      reads.push((await readSoFar()) - before);
      await tx.script('rollback to savepoint run');
    }
    return Math.max(...reads);
  });
}

describeOnBothDrivers(`a ledger of ${ORDERS} orders`, (given) => {
  let plan: SmallPlan;
  let other: SmallPlan;
  let next: number[];

  beforeAll(async () => {
    const { ledger } = given;
    if (ledger.kind === 'postgres') {
      const tables = GROWING.map((table) => `alter table ledger.${table}`);
      await ledger.script(tables.map((to) => `${to} set (autovacuum_enabled = off);`).join(''));
    }
    plan = await given.newPlan({ lines: linesOf(...Array(LINES).fill(100)) });
    other = await given.newPlan({ lines: linesOf(3, 25) });
    next = plan.orders.slice(ANSWERED, ANSWERED + BATCH);
    const orders = await given.claim(plan, plan.orders.slice(0, ANSWERED));
    // None is what its order asked for.
    const sold = newNumbers(ANSWERED, '917');
    const answers = orders.map((order, at) => answerTo(order, 'short', { numbers: [sold[at]!] }));
    await given.record(plan, ...answers);
    await given.sql(
      `insert into ledger.approvals (kind, account_id, plan_id, binding, facts, numbers, asked_by,
         asked_person, hours, expires_at, barred, orders)
       select 'start', account_id, id, repeat('0', 64), '{}', 1, submitted_by, submitted_person, 1,
         ledger.now() - interval '1 h', array[submitted_person], '{}'
       from generate_series(1, ${ANSWERED}), ledger.plans where id = $1`,
      [plan.id],
    );
    await given.sql(
      `insert into ledger.remainders (plan_id, sha256, rows_sha256, hashes)
       select $1, n, n, array(select generate_series(n * 256, n * 256 + 255))
       from generate_series(1, ${ANSWERED}) n`,
      [plan.id],
    );
    await keepList(ledger, sold);
    // What was in flight leaves dead entries in the index.
    await ledger.script('vacuum ledger.orders');
  });

  async function keepList(ledger: Ledger, numbers: string[]): Promise<void> {
    const { id } = plan.account;
    const begun = await beginListing(ledger, id);
    await keepListing(ledger, id, begun, numbers, { vendorAccount: 7, listLagMs: 0 });
  }

  const claimant = () => ({ accountId: plan.account.id, worker: 'worker 1', deadlineMs: 60_000 });

  const OPERATIONS: [says: string, work: Work][] = [
    [
      'claiming and recording',
      async (ledger) => {
        const orders = await claim(ledger, plan, next);
        const answers = orders.map((order) => answerTo(order, 'filled'));
        expect(await record(ledger, plan, ...answers)).toHaveLength(BATCH);
      },
    ],
    ['claiming an order alone', (ledger) => claimProbe(ledger, next[0]!, claimant())],
    ['asking why not', (ledger) => whyNotClaimed(ledger, next[0]!, plan.account.id)],
    ['counting what waits for a yes', countWaitingApprovals],
    ['taking moments', (ledger) => takeMoments(ledger, plan.account.id, BATCH)],
    ['finding plans to fill from', (ledger) => fillablePlans(ledger, plan.account.id)],
    [
      'finding orders to queue',
      (ledger) => waitingOrders(ledger, { id: plan.id, orders: ORDERS }, ANSWERED, BATCH),
    ],
    ['noting what is queued', (ledger) => noteQueued(ledger, plan.id, 0, BATCH)],
    ['counting what is in flight', (ledger) => countInFlight(ledger, plan.account.id)],
    ['expiring attempts', (ledger) => expireAttempts(ledger, plan.account.id)],
    ['opening successors', (ledger) => openSuccessors(ledger, plan.account.id, 1_000)],
    ['ending plans', (ledger) => endPlans(ledger, plan.account.id)],
    ['noting progress', (ledger) => noteProgress(ledger, plan.account.id)],
    ['finding chores', (ledger) => findChores(ledger, plan.account.id)],
    ['continuing within limits', (ledger) => continueWithinLimits(ledger, plan.account.id)],
    ['doubting what is final', (ledger) => doubtFinal(ledger, plan.account.id)],
    ['renewing a probe', (ledger) => renewProbe(ledger, plan.account.id)],
    ['finding stopped successors', (ledger) => stoppedSuccessors(ledger, plan.account.id)],
    ['finding stopped jobs', (ledger) => findStoppedJobs(ledger, plan.account.id, BATCH)],
    ['finding successors to queue', (ledger) => unqueuedSuccessors(ledger, plan.id, BATCH)],
    ['asking for a list before', (ledger) => lacksBaseline(ledger, plan.account.id)],
    ['taking the right to read a list', (ledger) => takeReconcileRight(ledger, plan.account.id, 0)],
    ['keeping a list', (ledger) => keepList(ledger, newNumbers(3))],
    ['holding it against what is said', (ledger) => suspectContradicted(ledger, plan.account.id)],
    ['locking what is held against it', (ledger) => lockCompared(ledger, [plan.account.id])],
    ['reading unknown attempts', (ledger) => unknownAttempts(ledger, plan.account.id)],
    ['reading obstacles', (ledger) => readObstacleFacts(ledger)],
    ['reading an account', readAccountStats],
    [
      'finding whose remainder a file is',
      async (ledger) => {
        const sample = Array.from({ length: 256 }, (_, at) => 700 * 256 + at);
        expect(await plansOfRemainder(ledger, plan.account.id, 'x', sample)).toHaveLength(1);
      },
    ],
    ['finding a plan', (ledger) => findPlan(ledger, plan.id)],
    ['listing plans', (ledger) => listPlans(ledger)],
    [
      'reading a page of lines',
      (ledger) => linePage(ledger, plan.id, { filter: 'all', limit: BATCH }),
    ],
    ['finding lines that lack', (ledger) => linePage(ledger, plan.id, { filter: 'missing' })],
    ['reading events', (ledger) => planEvents(ledger, plan.id)],
    ['reading settlements', (ledger) => settlements(ledger, {})],
    ['listing unknown orders', (ledger) => unknownOrders(ledger, {})],
    ['counting unknown orders', unknownCounts],
    ['counting verdicts', (ledger) => verdictCounts(ledger, {})],
    ['listing open orders', openOrders],
    ['finding surplus', (ledger) => surplusNumbers(ledger)],
  ];

  test('shows when an operation reads all of it', async () => {
    const all: Work = (ledger) => sql(ledger, 'select sum(bought) from ledger.orders');
    expect(await mostRead(given.ledger, all)).toBeGreaterThanOrEqual(ORDERS);
  });

  describe.each(['never analyzed', 'analyzed'])('%s', (state) => {
    beforeAll(async () => {
      if (state === 'analyzed') await given.ledger.script('analyze');
    });

    test.each(OPERATIONS)('%s reads few rows', async (_, work) => {
      expect(await mostRead(given.ledger, work)).toBeLessThan(MOST);
    });

    test('settling an order reads no mixed-up numbers that it cannot have bought', async () => {
      const settling: Work = async (ledger) => {
        const [order] = await claim(ledger, plan, [next[0]!]);
        await record(ledger, plan, answerTo(order!, 'unknown'));
        await settleOrder(ledger, order!.id, NOTHING, withNewReason(), ANYHOW);
      };
      expect(await mostRead(given.ledger, settling, ['unasked'])).toBeLessThan(BATCH);
    });

    test('the audit of another plan reads neither all orders nor all lines', async () => {
      const audit: Work = (ledger) => auditLedger(ledger, other.id);
      expect(await mostRead(given.ledger, audit)).toBeLessThan(LINES);
    });
  });
});
