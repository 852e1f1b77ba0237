import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  endPlans,
  findAccount,
  findPlan,
  type Ledger,
  migrate,
  openSuccessors,
  orderId,
  recordAnswers,
} from '../../../src/ledger/index.ts';
import { answerTo, breachesOf, claim, newPlan, sql } from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';

const FOLDER = join(import.meta.dirname, '../../../src/ledger/database/migrations');
const FILES = readdirSync(FOLDER).sort();
const VERSIONS = FILES.map((_, index) => index + 1);
const NEWEST = FILES.length;

const MIGRATIONS = `
  create table ledger.migrations (version integer primary key, name text not null,
    applied_at timestamptz not null default clock_timestamp());
  insert into ledger.migrations (version, name) values (1, '0001_initial.sql')`;

/** A plan of two orders, as version 1 stored it: one has bought, and one waits. */
const UNDER_WAY = `
  insert into ledger.accounts (name, mode) values ('main', 'sandbox');
  insert into ledger.plans (account_id, name, sha256, state, lines, orders, requested,
    extra_columns, submitted_by, started_at)
  values (1, 'plan.csv', 'a', 'running', 2, 2, 3, '{}', 'Ada', now());
  insert into ledger.lines (plan_id, line, first_order, area_code, type, quantity, fill_quantity)
  values (1, 2, 1, '212', 'local', 1, false), (1, 3, 2, '312', 'local', 2, false);
  insert into ledger.orders (id, plan_id, line, quantity)
  values (10000001, 1, 2, 1), (10000002, 1, 3, 2);
  insert into ledger.attempts (order_id, no, worker, outcome, answered_at, nonce)
  values (10000001, 1, 'w', 'filled', now(), 1);
  insert into ledger.numbers (number, order_id) values (2125550100, 10000001);
  update ledger.orders set state = 'sending', attempts = 1 where id = 10000001;
  update ledger.orders set state = 'filled', bought = 1 where id = 10000001`;

describeOnBothDrivers('the schema', (given) => {
  beforeEach(() => given.ledger.script('drop schema if exists ledger cascade'));

  test('comes into an empty database, and an order can be placed in it', async () => {
    expect(await migrate(given.ledger)).toEqual(VERSIONS);
    expect((await newPlan(given.ledger)).orders).toHaveLength(1);
  });

  test('does not change when it is up to date', async () => {
    await migrate(given.ledger);
    const before = await relations(given.ledger);
    expect(await migrate(given.ledger)).toEqual([]);
    expect(await migrate(given.another())).toEqual([]);
    expect(await relations(given.ledger)).toEqual(before);
    expect(await sql(given.ledger, 'select version, name from ledger.migrations')).toEqual(
      FILES.map((name, index) => ({ version: index + 1, name })),
    );
  });

  test('is made by one of many who want it at the same moment', async () => {
    const handles = Array.from({ length: 6 }, () => given.another());
    const made = await Promise.all(handles.map(migrate));
    expect(made.filter((versions) => versions.length > 0)).toEqual([VERSIONS]);
    await newPlan(given.ledger);
  });

  test('of a newer program is left alone', async () => {
    await migrate(given.ledger);
    await sql(given.ledger, `insert into ledger.migrations (version, name) values (999, 'later')`);
    const before = await relations(given.ledger);
    await expect(migrate(given.ledger)).rejects.toMatchObject({
      code: 'ledger_newer',
      message: expect.stringMatching(`version 999.*up to ${NEWEST}\\b.*nothing was changed`),
      details: { version: 999, newest: NEWEST },
    });
    expect(await relations(given.ledger)).toEqual(before);
  });

  test('takes over a plan under way from the tables before it', async () => {
    const first = readFileSync(join(FOLDER, FILES[0]!), 'utf8');
    await given.ledger.script(`create schema ledger; ${MIGRATIONS}; ${first}; ${UNDER_WAY}`);
    expect(await migrate(given.ledger)).toEqual(VERSIONS.slice(1));
    const account = await findAccount(given.ledger, 'main');
    const plan = { id: 1, account, orders: [orderId(1, 1), orderId(1, 2)] };
    const [order, ...others] = await claim(given.ledger, plan);
    expect([order!.id, others]).toEqual([plan.orders[1], []]);
    await recordAnswers(given.ledger, account.id, [answerTo(order!, 'short')]);
    expect(await openSuccessors(given.ledger, account.id, 1_000)).toBe(0);
    await endPlans(given.ledger, account.id);
    expect(await findPlan(given.ledger, 1)).toMatchObject({
      state: 'finished',
      bought: 1,
      short: 2,
      successors: 0,
    });
    expect(await breachesOf(given.ledger)).toEqual([]);
  });

  test('that cannot be made whole is not made at all', async () => {
    await given.ledger.script('create schema ledger; create table ledger.tallies (mine text)');
    await expect(migrate(given.ledger)).rejects.toThrow('already exists');
    expect(await relations(given.ledger)).toEqual(['tallies']);
  });
});

async function relations(ledger: Ledger): Promise<string[]> {
  const rows = await sql<{ name: string }>(
    ledger,
    `select relname as name from pg_class where relnamespace = 'ledger'::regnamespace order by 1`,
  );
  return rows.map((row) => row.name);
}
