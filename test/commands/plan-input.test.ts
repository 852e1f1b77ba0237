import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { runHere } from '../support/run-here.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openShell, planOf, quickLedger, type Shell } from './shell.ts';

let shell: Shell;
beforeAll(async () => {
  shell = openShell(await quickLedger());
  execFileSync('mkfifo', [join(shell.folder, 'pipe.csv')]);
});

/** Runs a command with a plan on standard input. Expects that its temporary files are gone. */
async function piped(args: string[], input: string, run = runHere) {
  const tmp = temporaryFolder();
  const env = { ...shell.env, TMPDIR: tmp };
  const ended = await run(args, { cwd: shell.folder, env, input });
  expect(readdirSync(tmp)).toEqual([]);
  return ended;
}

describe('-', () => {
  test('is checked from standard input, and mended', async () => {
    const plan = 'area_code,quantity\n212,5\n21,6\n';
    const checked = await piped(['check', '-', '--mend', 'annotated.csv'], plan);
    expect(checked).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^standard input: 1 l/),
    });
    expect(shell.read('annotated.csv')).toMatch(/area_code,quantity,fault/);
    // What was read is gone by then.
    for (const command of ['check', 'submit'])
      expect((await piped([command, '-'], plan)).stderr).not.toContain('--mend');
  });

  test('is not bought by a command that would read it once more', async () => {
    expect((await piped(['check', '-'], planOf(7))).stdout).not.toContain('To buy it');
  });

  test('is ordered from standard input', async () => {
    const { code, stdout } = await piped(['order', '-', '--json'], planOf(7), runCli);
    expect({ code, plan: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      plan: { name: 'standard-input.csv', bought: 7 },
    });
  });

  test('is submitted from standard input', async () => {
    const { code, stdout } = await piped(['submit', '-', '--json'], planOf(8));
    expect({ code, plan: JSON.parse(stdout) }).toMatchObject({ code: 0, plan: { requested: 8 } });
  });
});

test('a plan of any name is bought by a command that can be typed', async () => {
  shell.file('plan.tsv', planOf(7));
  const { stdout } = await shell.run(['check', 'plan.tsv']);
  expect(stdout).toContain('To buy it: "bulk-order order plan.tsv"\n');
});

test.each([
  ['check', ['pipe.csv'], /is a pipe, not a file\. .*"-"/],
  ['check', ['/dev/zero'], /is a device/],
  ['order', ['pipe.csv'], /is a pipe/],
  ['check', ['plan.csv', '--mend', '.'], /is a directory/],
  ['check', ['plan.csv', '--mend', '/dev/null'], /is not a file/],
])('%s %j is refused at once', async (command, args, message) => {
  shell.file('plan.csv', planOf(1));
  const { code, stderr } = await shell.run([command, ...args]);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});
