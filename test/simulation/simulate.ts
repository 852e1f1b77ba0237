/**
 * `npm run simulate -- --minutes 30 --seed 7`: simulated runs of the real code for as long as
 * wished, judged by the vendor's books. `--run N` plays that one alone and prints all that happens
 * in it.
 *
 * The exit code is 1 when anything was broken; the seed and number that are printed then replay the
 * run exactly.
 */
import { parseArgs } from 'node:util';
import { numberOf } from '../support/number-option.ts';
import { openDatabase } from './database.ts';
import { play } from './run.ts';
import { inFull, seedOf, soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    run: { type: 'string' },
  },
});
const seed = numberOf('seed', values.seed);
const minutes = numberOf('minutes', values.minutes);
const database = await openDatabase();
if (values.run === undefined) await playMany();
else await playOne(numberOf('run', values.run));
await database.close();

async function playMany(): Promise<void> {
  let isEnough = false;
  process.once('SIGINT', () => {
    isEnough = true;
  });
  say(`seed ${seed}, ${minutes} minutes`);
  const until = performance.now() + minutes * 60_000;
  let run = 0;
  const figures = await soak(database, {
    seed,
    next: () => (isEnough || performance.now() > until ? undefined : run++),
    onRun: (run, { breaches, faults }) => {
      if (breaches.length === 0) return;
      say(`run ${run} broke something, with: ${faults.join(', ')}\n  ${breaches.join('\n  ')}`);
      say(`Replay it: npm run simulate -- --seed ${seed} --run ${run}`);
    },
  });
  say(inFull(figures));
  if (figures.broken.length > 0) process.exitCode = 1;
}

async function playOne(run: number): Promise<void> {
  const { trace, breaches, faults, fingerprint } = await play(database, seedOf(seed, run));
  say(trace.join('\n'));
  say(`faults: ${faults.join(', ')}; fingerprint ${fingerprint}`);
  say(breaches.length === 0 ? 'Nothing was broken.' : breaches.join('\n'));
  if (breaches.length > 0) process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
