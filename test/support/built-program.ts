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

/**
 * Where the program is as it is handed on, which starts in half of the time that its sources take.
 * It is built when they have changed, and may be used by several runs at once.
 */
export function builtProgram(): string {
  const sources = globSync('{package*.json,{deploy,examples,src}/**/*.*}', { cwd: ROOT }).sort();
  const hash = createHash('sha256');
  for (const path of sources) hash.update(path).update(read(path));
  const packages = join(ROOT, 'node_modules');
  const builds = join(packages, '.cache/program');
  const folder = join(builds, hash.digest('hex'));
  if (!existsSync(folder)) {
    removeOldBuilds(builds);
    const part = `${folder}.${process.pid}`;
    mkdirSync(part, { recursive: true });
    execFileSync(process.execPath, [join(ROOT, 'deploy/build.ts'), part]);
    symlinkSync(packages, join(part, 'node_modules'));
    try {
      renameSync(part, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
      // Another run was quicker.
      rmSync(part, { recursive: true });
    }
  }
  return join(folder, 'src/bin.js');
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
