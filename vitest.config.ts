import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What waits for deadlines and heartbeats most of its time, so that nobody else needs to wait for
 * it.
 */
const LONG = [
  'test/never-twice/',
  'test/drill/',
  'test/worker/',
  'test/modes',
  'test/commands/',
  'test/browser/',
  'test/tracing/',
  'test/queue/',
];

/** The long ones first: begun last, each would keep the run alone for most of a minute. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      const path = relative(project.config.root, moduleId);
      const found = LONG.findIndex((beginning) => path.startsWith(beginning));
      return found === -1 ? LONG.length : found;
    };
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/setup.ts'],
    // A process loads the program once for all of its files: that is a third of the time.
    isolate: false,
    sequence: { sequencer: LongFirst },
    // Processes, not threads: a test may be stopped by a signal and must not take others with it.
    pool: 'forks',
    maxWorkers: 4,
    // What fails fast fails all the same; what is slow on a busy machine is not wrong.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
