import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
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
  const folder = join(packages, '.cache/program', hash.digest('hex'));
  if (!existsSync(folder)) {
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
