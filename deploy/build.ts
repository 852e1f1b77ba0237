/**
 * Compiles the program into dist/, for any Node that package.json allows. Each file has the same
 * place there as in the project, so the program finds what it looks for beside itself.
 *
 *   node deploy/build.ts
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '--project', join(ROOT, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
// Migrations, and what pages are made of.
for (const path of globSync('{examples,jobs,src}/**/*.*', {
  cwd: ROOT,
  exclude: ['**/*.ts', 'src/bin.js'],
}))
  cpSync(join(ROOT, path), join(DIST, path));
