/**
 * `npm run bench` runs every benchmark, one after the other, and repeats all their tables at the
 * end; `npm run bench -- pace kill` only those.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { progress } from './table.ts';

const ALL = [
  'pace',
  'pace-change',
  'safety',
  'workers',
  'peers',
  'embedded',
  'fairness',
  'kill',
  'reading',
  'submitting',
  'cancel',
  'progress',
  'results',
  'start',
  'verdicts',
  'memory',
];
/** One that hangs must not keep the others from being run, ms: `pace` measures eleven times. */
const LONGEST_MS = 600_000 + 12_000 * Number(process.env.BENCH_SECONDS ?? 30);

const wanted = process.argv.slice(2);
const tables: string[] = [];
for (const name of wanted.length > 0 ? wanted : ALL) {
  progress(`${name} begins`);
  const script = join(import.meta.dirname, `${name}.ts`);
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LONGEST_MS,
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    printed += chunk;
    process.stdout.write(chunk);
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0) {
    process.exitCode = 1;
    printed += `\n${name} did not come to its end (${signal ?? `exit code ${code}`}).\n`;
  }
  tables.push(printed);
}
process.stdout.write(`\n${'='.repeat(40)} all again\n${tables.join('')}`);
