import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { ROOT, read } from './project.ts';

/** Of tests, and built with the program: it has all of its modules. */
const HALTING_WORKER = 'test/never-twice/halting-worker.ts';
const SOURCES = [
  ...['package*.json', '{deploy,examples,jobs,src}/**/*.*'],
  ...[HALTING_WORKER, 'test/support/ledger.ts'],
];

/** Programs by the names that tests start them by, and where they are. */
export type Programs = Record<'bulk-order' | 'halting-worker', string>;

export const SOURCE_PROGRAMS: Programs = {
  'bulk-order': join(ROOT, 'src/bin.js'),
  'halting-worker': join(ROOT, HALTING_WORKER),
};

/**
 * Where they are as the program is handed on, which start in a third of the time that their sources
 * take. They are built when those have changed, and may be used by several runs at once.
 */
export function builtPrograms(): Programs {
  const sources = globSync(SOURCES, { cwd: ROOT }).sort();
  const hash = createHash('sha256');
  for (const path of sources) hash.update(path).update(read(path));
  const packages = join(ROOT, 'node_modules');
  const builds = join(packages, '.cache/program');
  const folder = join(builds, hash.digest('hex'));
  if (!existsSync(folder)) {
    removeOldBuilds(builds);
    const part = `${folder}.${process.pid}`;
    mkdirSync(part, { recursive: true });
    execFileSync(process.execPath, [join(ROOT, 'deploy/build.ts'), part, HALTING_WORKER]);
    symlinkSync(packages, join(part, 'node_modules'));
    try {
      renameSync(part, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
      // Another run was quicker.
      rmSync(part, { recursive: true });
    }
  }
  return {
    'bulk-order': join(folder, 'src/bin.js'),
    'halting-worker': join(folder, 'src/halting-worker.js'),
  };
}

/** A week: longer than any run that may be using one. */
const OLD_MS = 7 * 86_400_000;

function removeOldBuilds(builds: string): void {
  for (const build of globSync(join(builds, '*'))) {
    // Another run may have removed it just now.
    const { mtimeMs = Infinity } = statSync(build, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs < Date.now() - OLD_MS) rmSync(build, { recursive: true, force: true });
  }
}
