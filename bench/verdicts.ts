/**
 * How many unknown orders get a clear verdict from one reading of the vendor's list: a plan of
 * large lines on an account where nobody else buys, with a list that tells the truth.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { runCommand } from './program.ts';
import { areaOf, startVendor, writePlan } from './sandbox.ts';
import { figure, percent, printTable, progress, reached } from './table.ts';

const LINES = 20;
const NUMBERS = 1_000;
/** One order in ten, sold or not: the answer does not tell. */
const MOOD = {
  chance: 0.1,
  tempers: {
    ...{ cut_before: 2, error_before: 2, cut_after: 2, error_after: 1 },
    ...{ half_body: 1, early_end: 1, empty: 1 },
  },
};
const MUST_REACH = 0.95;

type KeptVerdict = { finding: string; isClear: boolean; numbers: string[] };
type Plan = { id: number; bought: number; unknown: number; pending: number };

const folder = makeRunFolder();
const vendor = await startVendor(folder, 0);
const settings = {
  DATA_DIR: mkdtempSync(join(folder, 'data-')),
  DIALOGTECH_URL: vendor.url,
  ...{ RATE: '200', CONCURRENCY: '10', LOG_LEVEL: 'silent' },
  // A list from before the first order; the next one is read when all is over.
  ...{ RECONCILE: 'propose', RECONCILE_AFTER: '3600' },
};
const run = async <Answer>(args: string[], more = {}) =>
  (await runCommand<Answer>(args, folder, { ...settings, ...more })).answer;

try {
  const mood = { method: 'POST', body: JSON.stringify(MOOD) };
  await fetch(new URL('/sandbox/mood', vendor.url), mood);
  const path = writePlan(folder, { orders: LINES, numbers: NUMBERS, search: areaOf });
  const { id } = await run<Plan>(['submit', path, '--start']);
  let plan = await run<Plan>(['watch', String(id), '--work']);
  while (plan.pending > 0) {
    progress(`verdicts: ${figure(plan.pending)} numbers to go`);
    // The breaker saw too many unknown answers.
    await run(['account', 'sandbox', '--resume']);
    plan = await run<Plan>(['watch', String(id), '--work']);
  }
  const { proposals } = await run<{ proposals: KeptVerdict[] }>(['reconcile'], {
    RECONCILE_AFTER: '0',
  });
  report(plan, proposals, (await vendor.books()).sold);
} finally {
  await vendor.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

function report({ bought }: Plan, proposals: KeptVerdict[], sold: number): void {
  const clear = proposals.filter(({ isClear }) => isClear);
  const given = clear.flatMap(({ numbers }) => numbers).length;
  const share = clear.length / proposals.length;
  const count = (wanted: string) => clear.filter(({ finding }) => finding === wanted).length;
  printTable(
    `verdicts: ${LINES} lines of ${figure(NUMBERS)} numbers, one order in ten unknown, one reading`,
    ['unknown', 'clear', 'share', 'must be', 'bought', 'nothing', 'numbers left over'],
    [
      [
        figure(proposals.length),
        figure(clear.length, 0),
        percent(share),
        `>= ${percent(MUST_REACH, 0)}: ${reached(share >= MUST_REACH)}`,
        figure(count('bought'), 0),
        figure(count('nothing'), 0),
        figure(sold - bought - given, 0),
      ],
    ],
  );
}
