import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { NODE } from './test/support/quick-node.ts';
import { PATIENCE_MS } from './test/support/until.ts';

/**
 * What waits for deadlines and heartbeats most of its time, or takes long by itself; the longest
 * first.
 */
const LONG = [
  'test/drill/',
  'test/power-cut/',
  'test/simulation/',
  'test/never-twice/',
  'test/ledger/life-model',
  'test/model/',
  'test/docs/',
  'test/worker/',
  'test/witness/',
  'test/webhook/',
  'test/canary',
  'test/modes',
  'test/browser/',
  'test/commands/',
  'test/tracing/',
  'test/queue/',
];

/** So much of the quick ones comes after the last long one: nobody is left alone with that. */
const LAST = 0.25;

/**
 * Spreads the long ones evenly over the run, so that there is always somebody who works while
 * others wait.
 */
class Spread extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placed = files.map((file) => {
      const path = relative(file.project.config.root, file.moduleId);
      return { file, place: LONG.findIndex((beginning) => path.startsWith(beginning)) };
    });
    const long = placed.filter(({ place }) => place >= 0).toSorted((a, b) => a.place - b.place);
    const quick = placed.filter(({ place }) => place < 0);
    const each = Math.floor(((1 - LAST) * quick.length) / Math.max(1, long.length));
    const mixed = long.flatMap((one, at) => [one, ...quick.slice(at * each, (at + 1) * each)]);
    return [...mixed, ...quick.slice(long.length * each)].map(({ file }) => file);
  }
}

/**
 * What a test makes is garbage soon: with more room for what is new, less of it is copied before.
 * Once a test has used PGlite, V8 would collect the whole heap several times a second: it may grow
 * first. There are more processes than processors, so several threads of one would only wait for
 * others.
 */
const FEWER_PAUSES = [
  '--min-semi-space-size=32',
  '--heap-growing-percent=300',
  '--single-threaded-gc',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/setup.ts'],
    // A process loads the program once for all of its files: that is a third of the time.
    isolate: false,
    sequence: { sequencer: Spread },
    // Processes, not threads: a test may be stopped by a signal and must not take others with it.
    pool: 'forks',
    execArgv: [...NODE.slice(1), ...FEWER_PAUSES],
    // More than there are processors: half of the long ones' time is spent waiting.
    maxWorkers: 6,
    // What is slow on a busy machine is not wrong. Each wait in a test knows when to give up.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    expect: { poll: { timeout: PATIENCE_MS } },
  },
});
