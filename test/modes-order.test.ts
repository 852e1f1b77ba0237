import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { RESULT_FILES } from './commands/shell.ts';
import { runCli } from './support/cli.ts';
import { runHere } from './support/run-here.ts';
import { describeInModes, EVERY_MODE, environmentOf, UNTOUCHED } from './support/storage.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const FIRST_PLAN = resolve(import.meta.dirname, '../examples/first-plan.csv');

describeInModes(EVERY_MODE, 'the first plan that a person orders', ({ makeStorage }) => {
  test('is bought in one go, except what is out of stock, and not a second time', async () => {
    const env = { ...environmentOf(await makeStorage(UNTOUCHED)), RATE: '50' };
    const out = join(temporaryFolder(), 'results');
    const order = ['order', FIRST_PLAN, '--out', out, '--json'];
    // The one that a person begins with is started as a person does.
    const first = await ('DATABASE_URL' in env ? runHere : runCli)(order, { env });
    expect(first, first.stderr).toMatchObject({
      code: 2,
      stderr: expect.stringMatching('SANDBOX: this account has no vendor keys'),
    });
    const plan = JSON.parse(first.stdout);
    expect(plan).toMatchObject({
      state: 'finished',
      mode: 'sandbox',
      requested: 300,
      bought: 282,
      short: 18,
      unknown: 0,
      pending: 0,
      out,
    });
    expect(readdirSync(out).toSorted()).toEqual(RESULT_FILES);
    const numbers = readFileSync(join(out, 'numbers.csv'), 'utf8').trim().split(/\r?\n/).slice(1);
    expect(numbers).toHaveLength(282);
    expect(new Set(numbers.map((row) => /\b[2-9]\d{9}\b/.exec(row)?.[0])).size).toBe(282);

    const second = await runHere(['order', FIRST_PLAN, '--json'], { env });
    expect(second.code).toBe(1);
    expect(JSON.parse(second.stdout).error).toMatchObject({
      code: 'duplicate_file',
      plan: plan.id,
    });
  });
});
