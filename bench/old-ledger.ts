/**
 * What three years of plans cost the plan of today: the same work on a ledger of a million orders
 * and on one of many millions, in turns. `BENCH_PLANS` says how many millions.
 */
import { Client } from 'pg';
import {
  auditLedger,
  claimOrders,
  findAccount,
  findPlan,
  type Ledger,
  linePage,
  listPlans,
  openPostgres,
  orderId,
  planEvents,
  recordAnswers,
  strayNumbers,
} from '../src/ledger/index.ts';
import { missingNumbers, unaskedNumbers } from '../src/ledger/listings/evidence.ts';
import { filled } from './filled.ts';
import { writeLargePlan } from './large-plan.ts';
import { runCommand } from './program.ts';
import { openServers } from './servers.ts';
import { figure, median, percent, printTable, progress, reached } from './table.ts';

const PLANS = Number(process.env.BENCH_PLANS ?? 10);
const MILLION = 1_000_000;
/** The plan of today. */
const TODAY = { lines: 20_000, quantity: 3, filled: 10_000 };
const ROUNDS = 200;
const BATCH = 20;
/** As many plans as the young ledger has. */
const LISTED = 2;

type Aged = { name: string; ledger: Ledger; plan: number; account: number; next: number };

await using servers = await openServers();
const young = await aged('a million', 1);
const old = await aged(`${PLANS} million`, PLANS);

const WORK: Record<string, { rounds: number; do: (on: Aged) => Promise<unknown> }> = {
  'claim and record 20 orders': { rounds: ROUNDS, do: claimAndRecord },
  progress: {
    rounds: ROUNDS,
    do: ({ ledger, plan }) => Promise.all([findPlan(ledger, plan), planEvents(ledger, plan)]),
  },
  'a page of lines': {
    rounds: ROUNDS,
    do: ({ ledger, plan }) => linePage(ledger, plan, { filter: 'all', limit: 50 }),
  },
  'the list of plans': { rounds: ROUNDS, do: ({ ledger }) => listPlans(ledger, LISTED) },
  'audit of the plan': { rounds: 5, do: ({ ledger, plan }) => auditLedger(ledger, plan) },
  "the account's list: what it lacks": {
    rounds: 3,
    do: ({ ledger, account }) =>
      missingNumbers(ledger, account, { beganTick: 0, listLagMs: 60_000 }),
  },
  "the account's list: strays": {
    rounds: 3,
    do: ({ ledger, account }) => strayNumbers(ledger, account),
  },
  'numbers that orders have and did not ask for': {
    rounds: 3,
    do: ({ ledger, account }) => unaskedNumbers(ledger, account),
  },
};

const rows: string[][] = [];
for (const [name, { rounds, do: work }] of Object.entries(WORK)) {
  progress(`old-ledger: ${name}`);
  const took: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    for (const [at, on] of [young, old].entries()) {
      const from = performance.now();
      await work(on);
      // What is compiled and planned in the first round, is.
      if (round >= 0) took[at]?.push(performance.now() - from);
    }
  }
  const [before, now] = took.map(median) as [number, number];
  const more = now / before - 1;
  rows.push([name, figure(before), figure(now), percent(more), '+ 10 %', reached(more <= 0.1)]);
}
printTable(
  `What a plan of ${figure(TODAY.lines, 0)} orders takes, ms, by the orders in the ledger`,
  ['', young.name, old.name, 'more', 'must be', 'reached'],
  rows,
);
await young.ledger.close();
await old.ledger.close();

/** Writes the old plans, a list that has all their numbers, and the plan of today. */
async function aged(name: string, plans: number): Promise<Aged> {
  const database = await servers.newDatabase();
  await runCommand(['migrate'], servers.folder, { DATABASE_URL: database });
  for (let at = 1; at <= plans; at++) {
    progress(`old-ledger: ${name}, writing plan ${at} of ${plans}`);
    await writeLargePlan(database, { lines: MILLION, quantity: 3, filled: MILLION });
  }
  const plan = await writeLargePlan(database, TODAY);
  await keepList(database);
  const ledger = openPostgres(database);
  const account = (await findAccount(ledger, 'sandbox')).id;
  return { name, ledger, plan, account, next: TODAY.filled + 1 };
}

/** As if the vendor's list had been read: it has every number. */
async function keepList(database: string): Promise<void> {
  const client = new Client({ connectionString: database });
  await client.connect();
  await client.query('set session_replication_role = replica');
  await client.query(`update ledger.plans set state = 'finished', ended_at = ledger.now()
    where lines = ${MILLION}`);
  await client.query(`insert into ledger.listings (account_id, began_at, size)
    select id, ledger.now(), 0 from ledger.accounts`);
  await client.query(`insert into ledger.owned (account_id, number, listing_id)
    select a.id, n.number, l.id from ledger.numbers n, ledger.accounts a, ledger.listings l`);
  await client.query(`update ledger.accounts set vouched_for = ledger.incarnation(),
    listing_id = (select max(id) from ledger.listings)`);
  await client.query('vacuum analyze');
  await client.end();
}

async function claimAndRecord(on: Aged): Promise<void> {
  const { ledger, plan, account } = on;
  const ids = Array.from({ length: BATCH }, (_, at) => orderId(plan, on.next + at));
  on.next += BATCH;
  const claimant = { accountId: account, worker: 'bench', deadlineMs: 120_000 };
  const claimed = await claimOrders(ledger, ids, claimant);
  if (claimed.length !== BATCH) throw new Error(`claimed ${claimed.length} of ${BATCH}`);
  await recordAnswers(ledger, account, filled(claimed));
}
