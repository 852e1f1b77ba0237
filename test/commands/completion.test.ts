import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { openShell, type Shell } from './shell.ts';

let shell: Shell;
beforeAll(() => {
  shell = openShell();
});

const has = (name: string) => spawnSync(name, ['--version']).status === 0;

describe.skipIf(!has('bash'))('bash completes', () => {
  let script: string;
  beforeAll(async () => {
    const { code, stdout } = await shell.run(['completion', 'bash']);
    expect(code).toBe(0);
    script = stdout;
  });

  /** Its proposals for the last word. */
  function offered(...words: string[]): string[] {
    const ask =
      `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bulk_order; printf '%s\\n' ` +
      `"\${COMPREPLY[@]}"`;
    const args = ['--norc', '-c', `${script}\n${ask}`, 'bash', 'bulk-order', ...words];
    const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  }

  test('commands, also behind an option', () => {
    expect(offered('re').sort()).toEqual(['reconcile', 'refuse', 'results', 'resume', 'retry']);
    expect(offered('--json', 'wat')).toEqual(['watch']);
  });

  test('the options of a command', () => {
    expect(offered('order', '--o')).toEqual(['--out']);
    const settle = ['--accept', '--accept-all', '--against-evidence', '--attempt'];
    expect(offered('settle', '10000001', '--a').sort()).toEqual(settle);
    expect(offered('show', '1', '--js')).toEqual(['--json']);
  });

  test('shells, and leaves files to itself', () => {
    expect(offered('completion', '')).toContain('zsh');
    expect(offered('order', 'pl')).toEqual([]);
  });
});

test.each(['zsh', 'fish'])('%s loads its completion without errors', async (name) => {
  const { code, stdout } = await shell.run(['completion', name]);
  expect(code).toBe(0);
  for (const word of ['reconcile', 'against-evidence', 'the six result files'])
    expect(stdout).toContain(word);
  if (!has(name)) return;
  shell.file(`completion.${name}`, stdout);
  const judged = spawnSync(name, ['-n', `completion.${name}`], {
    cwd: shell.folder,
    encoding: 'utf8',
  });
  expect({ status: judged.status, stderr: judged.stderr }).toEqual({ status: 0, stderr: '' });
});

test.skipIf(!has('fish'))('fish completes commands and options', async () => {
  const { stdout } = await shell.run(['completion', 'fish']);
  const offered = (line: string) =>
    spawnSync('fish', ['--no-config', '-c', `${stdout}\ncomplete -C '${line}'`], {
      encoding: 'utf8',
    }).stdout;
  expect(offered('bulk-order wat')).toMatch(/^watch\t/);
  expect(offered('bulk-order order --o')).toMatch(/^--out\t/);
});

test('another shell is named as unknown', async () => {
  const { code, stderr } = await shell.run(['completion', 'tcsh']);
  expect(code).toBe(1);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
});

test('the program says its version', async () => {
  const { code, stdout } = await shell.run(['--version']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test.each([
  ['order', '--dry-run', '"bulk-order check PLAN.csv" checks a plan'],
  ['serve', '--port', 'Set PORT in the environment or in .env: it is no option.'],
  ['order', '--data-dir', 'Set DATA_DIR in the environment'],
  ['work', '--rate=9', 'Set RATE in the environment'],
])('%s %s is answered with what does that', async (command, option, advice) => {
  const args = [command, ...(command === 'order' ? ['plan.csv'] : []), option];
  expect((await shell.run(args)).stderr).toContain(advice);
  const { message } = (await shell.ask(args)).error;
  expect(message).toContain(advice.replace('"bulk-order ', '"'));
});
