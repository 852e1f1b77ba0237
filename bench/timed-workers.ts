/** Several workers whose sends are timed. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hook } from './program.ts';
import type { Stage } from './stage.ts';

/** Starts `count` workers; the result reads when orders left all of them, ms since 1970. */
export async function startTimedWorkers(stage: Stage, count: number): Promise<() => number[]> {
  const place = mkdtempSync(join(stage.folder, 'sends-'));
  const paths = Array.from({ length: count }, (_, nth) => join(place, `${nth}.txt`));
  const workers = paths.map((path) =>
    stage.work({ NODE_OPTIONS: hook('sends'), BENCH_SENDS: path }),
  );
  await Promise.all(workers.map((worker) => worker.saying(/worker started/)));
  return () =>
    paths
      .filter((path) => existsSync(path))
      .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').map(Number))
      .sort((a, b) => a - b);
}
