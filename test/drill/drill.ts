/**
 * `npm run drill -- --minutes 60 --seed 7`: random schedules of disaster for as long as wished,
 * judged by the vendor's books. `--schedule N` plays that one alone, `--lanes N` plays N at a time.
 * `--pairs`: in every schedule the ground moves in two ways, the ledger and the list for instance.
 *
 * The exit code is 1 when any law was broken; the seed and number that are printed then repeat the
 * schedule, though not the interleaving.
 */
import { parseArgs } from 'node:util';
import { numberOf } from '../support/number-option.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { inFull } from './figures.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    schedule: { type: 'string' },
    lanes: { type: 'string', default: '3' },
    pairs: { type: 'boolean', default: false },
  },
});
const minutes = numberOf('minutes', values.minutes);
const seed = numberOf('seed', values.seed);
const only = values.schedule === undefined ? undefined : numberOf('schedule', values.schedule);

const startedAt = performance.now();
let isEnough = false;
// What has begun is played to its end; a second Ctrl-C ends the drill at once.
process.once('SIGINT', () => {
  isEnough = true;
});

let number = 0;
function next(): number | undefined {
  if (only !== undefined) return number++ === 0 ? only : undefined;
  if (isEnough || performance.now() - startedAt > minutes * 60_000) return undefined;
  return number++;
}

say(only === undefined ? `seed ${seed}, ${minutes} minutes` : `seed ${seed}, schedule ${only}`);
const figures = await soak({
  seed,
  pairs: values.pairs,
  next,
  lanes: only === undefined ? numberOf('lanes', values.lanes) : 1,
  folder: makeRunFolder(),
  say,
});
const passed = ((performance.now() - startedAt) / 60_000).toFixed(1);
process.stdout.write(`\nseed          ${seed}, ${passed} minutes\n${inFull(figures)}\n`);
// At once: a socket that was reset while it was being closed has once kept Node from ever ending,
// at full speed, after all was done.
process.exit(figures.breaches === 0 ? 0 : 1);

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
