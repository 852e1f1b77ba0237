/**
 * The command `results`: the five files of a plan, for a million numbers and for a quarter of them.
 * Beside it, PostgreSQL alone writes the same rows to files, and their hashes are made.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { writeLargePlan } from './large-plan.ts';
import { runCommand } from './program.ts';
import { openServers } from './servers.ts';
import { figure, median, printTable, progress, reached } from './table.ts';

const ROUNDS = 3;
const NUMBERS = 1_000_000;
const PER_ORDER = 5;
/** Memory counts as flat when four times the numbers take no more than this, as a ratio. */
const FLAT = 1.15;
/** Of the speed of `COPY` with `sha256sum`. */
const SHARE = 0.5;

type Ran = Awaited<ReturnType<typeof results>>;
type Files = Record<string, { rows: number; bytes: number }>;

await using servers = await openServers();
const { folder } = servers;
const settings = { DATABASE_URL: await servers.newDatabase(), RATE: '10' };
await runCommand(['migrate'], folder, settings);
progress('results: writing the plans');
const quarter = await plan(NUMBERS / 4);
const whole = await plan(NUMBERS);
const runs: { small: Ran; large: Ran; copied: number }[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  progress(`results, round ${round} of ${ROUNDS}`);
  const [small, large] = [await results(quarter), await results(whole)];
  runs.push({ small, large, copied: await copy(whole) });
}

const copied = median(runs.map((run) => run.copied));
const share = median(runs.map((run) => run.large.rate / run.copied));
const rate = median(runs.map(({ large }) => large.rate));
const small = median(runs.map((run) => run.small.peakMb));
const large = median(runs.map((run) => run.large.peakMb));
printTable(
  `The five files for ${figure(NUMBERS, 0)} numbers (medians of ${ROUNDS}; the command's time ` +
    'is of its whole process)',
  ['', 'measured', 'must reach', 'reached'],
  [
    ['rows of all files', figure(runs[0]?.large.rows ?? 0, 0), '', ''],
    ['all files, MB', figure(runs[0]?.large.mb ?? 0), '', ''],
    ['rows/s', figure(rate), '', ''],
    ['rows/s of COPY to files and sha256sum', figure(copied), '', ''],
    ['share of that', figure(share), `>= ${SHARE}`, reached(share >= SHARE)],
    ['peak memory for a quarter of the numbers, MB', figure(small), '', ''],
    ['peak memory, MB', figure(large), `<= ${FLAT} times that`, reached(large <= FLAT * small)],
  ],
);

function plan(numbers: number): Promise<number> {
  const lines = numbers / PER_ORDER;
  return writeLargePlan(settings.DATABASE_URL, { lines, quantity: PER_ORDER, filled: lines });
}

async function results(id: number) {
  const out = join(folder, `results-${id}`);
  const { ms, peakBytes } = await runCommand(['results', `${id}`, '--out', out], folder, settings);
  const summary = readFileSync(join(out, 'summary.json'), 'utf8');
  const files = Object.values((JSON.parse(summary) as { files: Files }).files);
  const sum = (what: 'rows' | 'bytes') => files.reduce((total, file) => total + file[what], 0);
  const bytes = sum('bytes') + statSync(join(out, 'summary.json')).size;
  return {
    rows: sum('rows'),
    mb: bytes / 1e6,
    rate: (sum('rows') / ms) * 1_000,
    peakMb: peakBytes / 1e6,
  };
}

/**
 * Rows per second of `COPY` to files, one after the other, and of `sha256sum` of each. It asks for
 * the same cells, except for those that need the area codes.
 */
async function copy(id: number): Promise<number> {
  const client = new Client({ connectionString: settings.DATABASE_URL });
  await client.connect();
  const { rows } = await client.query("select current_setting('data_directory') as path");
  const file = join(rows[0]?.path, 'copied.csv');
  let count = 0;
  const from = performance.now();
  for (const select of [numbersOf(id), linesOf(id)]) {
    const copying = await client.query(`copy (${select}) to '${file}' (format csv, header)`);
    count += copying.rowCount ?? 0;
    execFileSync('sha256sum', [file]);
  }
  const ms = performance.now() - from;
  await client.end();
  rmSync(file);
  return (count / ms) * 1_000;
}

function numbersOf(plan: number): string {
  return `
    select a.line, n.order_id as "order", l.area_code, l.type, n.number, '+1' || n.number as e164,
      n.bought_at, a.area_code as asked_area_code, null as rung, l.miles, null as region,
      null as outside, a.extra::json ->> 0 as campaign
    from ledger.numbers n join ledger.orders o on o.id = n.order_id
      join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
      join ledger.lines a on a.plan_id = l.plan_id and a.line = coalesce(l.asked_line, l.line)
    where o.plan_id = ${plan} order by n.order_id, n.number`;
}

function linesOf(plan: number): string {
  const states = ['refused', 'undelivered', 'unknown', 'cancelled', 'waiting'];
  const sums = states.map((state) => `sum(o.quantity) filter (where o.state = '${state}')`);
  return `
    select l.line, l.area_code, l.type, l.quantity, sum(o.bought),
      sum(o.quantity - o.bought) filter (where o.state = 'short'), ${sums.join(', ')},
      string_agg(distinct o.reason, '; '), l.extra::json ->> 0 as campaign
    from ledger.lines l join ledger.orders o on o.plan_id = l.plan_id and o.line = l.line
    where l.plan_id = ${plan} group by l.plan_id, l.line order by l.line`;
}
