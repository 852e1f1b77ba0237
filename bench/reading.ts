/** The command `check` on a plan of a million lines, against csv-parse alone on the same file. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunFolder } from '../test/support/run-folder.ts';
import { LINES, writeBigPlan } from './big-plan.ts';
import { runCommand, startScript } from './program.ts';
import { figure, median, printTable, progress, reached } from './table.ts';

const ROUNDS = 3;
const ALONE = join(import.meta.dirname, 'csv-parse-alone.ts');

const folder = makeRunFolder();
const path = await writeBigPlan(folder);
const alone: number[] = [];
const whole: number[] = [];
const peaks: number[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  progress(`reading, round ${round} of ${ROUNDS}`);
  alone.push(await parseAlone());
  const check = await runCommand<{ lines: number }>(['check', path], folder, {});
  whole.push((check.answer.lines / check.ms) * 1_000);
  peaks.push(check.peakBytes / 1e6);
}
rmSync(folder, { recursive: true, force: true });

const ratio = median(whole) / median(alone);
const peak = Math.max(...peaks);
printTable(
  `Reading ${figure(LINES, 0)} lines (medians of ${ROUNDS}; the command's time is of its whole ` +
    'process)',
  ['', 'measured', 'must reach', 'reached'],
  [
    ['csv-parse alone, rows/s', figure(median(alone)), '', ''],
    ['check, rows/s', figure(median(whole)), '', ''],
    ['check / csv-parse alone', figure(ratio), '>= 2.5', reached(ratio >= 2.5)],
    ['check, peak memory, MB', figure(peak), '<= 150', reached(peak <= 150)],
  ],
);

async function parseAlone(): Promise<number> {
  const child = startScript(ALONE, [path], folder, {});
  const [answer] = await child.saying(/\{.*\}/);
  await child.stop();
  const { rows, ms } = JSON.parse(answer) as { rows: number; ms: number };
  return (rows / ms) * 1_000;
}
