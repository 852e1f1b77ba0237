import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Child, startNode } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

const run = (script: string, options: { env?: Record<string, string>; input?: string } = {}) =>
  startNode(['--eval', script], { cwd: temporaryFolder(), ...options });

const FOR_EVER = 'setInterval(() => {}, 1000)';

test('a child sees what it is given and nothing of the developer', async () => {
  const child = run('console.log(Object.keys(process.env).sort().join())', { env: { RATE: '7' } });
  const { stdout } = await child.exited;
  const names = stdout.trim().split(',');
  expect(names).toContain('RATE');
  const given = ['HOME', 'LANG', 'NODE_COMPILE_CACHE', 'PATH', 'RATE', 'TMPDIR'];
  expect(given).toEqual(expect.arrayContaining(names));
});

test('waiting for words that never come fails with what was written', async () => {
  const silent = run(`console.log('hm'); ${FOR_EVER}`);
  await silent.waitFor('hm');
  await expect(silent.waitFor('ready', { withinMs: 50 })).rejects.toThrow(
    "'ready' was not written: 0.05 s passed.\nstdout: hm\nstderr: (nothing)",
  );
  const gone = run('process.exitCode = 4');
  await expect(gone.waitFor('ready')).rejects.toThrow('the process ended before, with 4');
});

describe('after a test', () => {
  let child: Child;
  let folder: string;
  afterEach(async () => {
    // Hooks come before the cleaning up.
    expect(existsSync(folder)).toBe(true);
    expect(lives(child.pid)).toBe(true);
  });

  test('that leaves a process and a folder', async () => {
    folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    child = run(`process.on('SIGTERM', () => {}); console.log('up'); ${FOR_EVER}`);
    await child.waitFor('up');
  });

  test('both are gone', () => {
    const before = { child, folder };
    folder = temporaryFolder();
    child = run(FOR_EVER);
    expect(existsSync(before.folder)).toBe(false);
    expect(lives(before.child.pid)).toBe(false);
  });
});

test('a killed process takes along what it has guarded', async () => {
  const folder = temporaryFolder();
  const guard = join(import.meta.dirname, 'guard.ts');
  const script = `
    import { spawn } from 'node:child_process';
    import { mkdirSync } from 'node:fs';
    import { guard, guardFolder } from ${JSON.stringify(guard)};
    const child = spawn(process.execPath, ['--eval', '${FOR_EVER}'], { stdio: 'ignore' });
    guard(child, 'SIGTERM');
    mkdirSync('guarded');
    guardFolder(process.cwd() + '/guarded');
    console.log('child', child.pid);
    ${FOR_EVER}`;
  const parent = startNode(['--input-type=module', '--eval', script], { cwd: folder });
  const grandchild = Number((await parent.waitFor(/child (\d+)\n/))[1]);
  expect(lives(grandchild)).toBe(true);
  parent.kill('SIGKILL');
  await until(() => !lives(grandchild), { what: 'the grandchild has ended' });
  await until(() => !existsSync(join(folder, 'guarded')), { what: 'the folder is gone' });
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
