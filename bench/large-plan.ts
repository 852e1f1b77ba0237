/**
 * A running plan in any state, written past the program: to buy a million numbers takes too long.
 */
import { Client } from 'pg';
import type { KeptCheck } from '../src/ledger/plans/check.ts';

export type LargePlan = {
  lines: number;
  /** Each line is one order of this many numbers. */
  quantity: number;
  /** How many orders, from the first one on, are filled; the rest waits. */
  filled: number;
};

/**
 * Writes such a plan for the sandbox's account, with all that workers would have left of it, and
 * returns its id. Keys and triggers are not asked: everything is as they would have it.
 */
export async function writeLargePlan(database: string, plan: LargePlan): Promise<number> {
  const { lines, quantity, filled } = plan;
  const client = new Client({ connectionString: database });
  await client.connect();
  const insert = async (what: string) => {
    const { rows } = await client.query<{ id: number }>(`insert into ledger.${what}`);
    return rows[0]?.id ?? 0;
  };
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  const account = await insert(`accounts (name, mode, rate) values ('sandbox', 'sandbox', 10)
    on conflict (name) do update set rate = excluded.rate returning id`);
  await insert(`moments (account_id) values (${account}) on conflict do nothing`);
  const id = await insert(`plans (account_id, name, sha256, lines, orders, requested, extra_columns,
      submitted_by, submitted_person, checked, state, started_at, priority_base, copy)
    select ${account}, 'large', repeat('0', 64), ${lines}, ${lines}, ${lines * quantity},
      '{campaign}', 'bench', 'bench', '${JSON.stringify(checkOf(plan))}', 'running',
      clock_timestamp() - interval '1 h', 1, count(*) from ledger.plans returning id`);
  const first = id * 10_000_000;
  await insert(`lines (plan_id, line, first_order, area_code, type, quantity, fill_quantity, extra)
    select ${id}, n + 1, n, (201 + n % 700)::text, 'local', ${quantity}, false,
      '["spring ' || n % 100 || '"]'
    from generate_series(1, ${lines}) n`);
  await insert(`area_lines (plan_id, area_code, block, first, lines)
    select plan_id, area_code, line / 4096, min(line), array_agg(line)
    from ledger.lines where plan_id = ${id} group by plan_id, area_code, line / 4096`);
  await insert(`orders (id, plan_id, line, quantity, state, attempts, bought)
    select ${first} + n, ${id}, n + 1, ${quantity},
      case when n <= ${filled} then 'filled' else 'waiting' end,
      (n <= ${filled})::int, case when n <= ${filled} then ${quantity} else 0 end
    from generate_series(1, ${lines}) n`);
  await insert(`attempts (order_id, no, worker, claimed_at, answered_at, outcome, status)
    select ${first} + n, 1, 'bench', moment, moment + interval '1 s', 'filled', 200
    from generate_series(1, ${filled}) n, lateral (
      select clock_timestamp() - (1 - n / ${filled}::float8) * interval '1 h' as moment) m`);
  await insert(`numbers (number, order_id)
    select ${first % 2_000_000_000} + 2000000000 + n, ${first} + (n - 1) / ${quantity} + 1
    from generate_series(1, ${filled * quantity}) n`);
  await insert(`tallies (plan_id, slot, state, orders, requested, bought)
    values (${id}, 0, 'filled', ${filled}, ${filled * quantity}, ${filled * quantity})`);
  await insert(`progress (plan_id, at, orders, bought, missing, unknown, cancelled)
    select ${id}, clock_timestamp() - (121 - n) * interval '30 s',
      n * ${filled} / 120, n * ${filled} / 120 * ${quantity}, 0, 0, 0
    from generate_series(1, 120) n`);
  await client.query('commit');
  await client.query('vacuum analyze');
  await client.end();
  return id;
}

/** As if its file had been checked without a warning. */
function checkOf({ lines, quantity }: LargePlan): KeptCheck {
  const none = { lines: 0, orders: 0, numbers: 0 };
  return {
    ...{ bytes: lines * 20, encoding: 'utf-8', delimiter: ',' },
    types: {
      local: { lines, orders: lines, numbers: lines * quantity },
      ...{ tollfree: none, true800: none, canadian_local: none },
    },
    mayBeTollfree: { local: 0, tollfree: 0, true800: 0, canadian_local: 0 },
    ...{ slots: 0, fallbackLines: 0, keepTryingLines: 0, ladders: [], ladderCount: 0 },
    ...{ areaCodes: [], areaCodeCount: 0, numberingDate: null },
    ...{ warningCount: 0, warnings: [], isAccepted: false },
  };
}
