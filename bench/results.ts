/**
 * The command `results`: the five files of a plan, for a million numbers and for a quarter of them.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeLargePlan } from './large-plan.ts';
import { runCommand } from './program.ts';
import { openServers } from './servers.ts';
import { figure, median, printTable, progress, reached } from './table.ts';

const ROUNDS = 3;
const NUMBERS = 1_000_000;
const PER_ORDER = 5;
/** Memory counts as flat when four times the numbers take no more than this, as a ratio. */
const FLAT = 1.15;

type Ran = Awaited<ReturnType<typeof results>>;
type Files = Record<string, { rows: number; bytes: number }>;

await using servers = await openServers();
const { folder } = servers;
const settings = { DATABASE_URL: await servers.newDatabase(), RATE: '10' };
await runCommand(['migrate'], folder, settings);
progress('results: writing the plans');
const quarter = await plan(NUMBERS / 4);
const whole = await plan(NUMBERS);
const runs: Record<'small' | 'large', Ran>[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  progress(`results, round ${round} of ${ROUNDS}`);
  runs.push({ small: await results(quarter), large: await results(whole) });
}

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
    ['rows/s', figure(rate), '>= 100,000', reached(rate >= 100_000)],
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
