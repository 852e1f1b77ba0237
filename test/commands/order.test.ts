import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { type Ended, startProgram } from '../support/child.ts';
import { installedCli } from '../support/cli.ts';
import { PARTS } from '../support/parts.ts';
import { NODE } from '../support/quick-node.ts';
import { until } from '../support/until.ts';
import { openShellWithVendor, planOf, type Shell } from './shell.ts';

const SHOWN = [
  ...['id', 'name', 'state', 'reason', 'lines', 'orders', 'requested', ...PARTS],
  ...['rate', 'isMoving', 'etaSeconds'],
];

let vendor: Sandbox;
let shell: Shell;
beforeAll(async () => {
  // One order at a time, so that the test knows which order gets which fault.
  ({ shell, vendor } = await openShellWithVendor({ CONCURRENCY: '1' }));
});

describe('an order that buys everything', () => {
  let ended: Ended;
  beforeAll(async () => {
    shell.file('good.csv', planOf(30, 5));
    ended = await shell.run(['order', 'good.csv', '--out', 'bought']);
  });

  test('exits with 0', () => expect(ended.code).toBe(0));

  test('answers on stdout with the sum, the lines and where the results are', () => {
    const answer = ended.stdout.split('\n');
    expect(answer[0]).toBe(
      'Plan 1  good.csv  finished  account "sandbox" (sandbox: nothing is really bought)',
    );
    expect(answer[1]).toBe('  35 requested = 35 bought');
    expect(answer[2]).toMatch(
      /2 lines, 3 orders, ended after \d+ s, \S+ orders per second on average$/,
    );
    expect(answer).toContain(`Results: ${join(shell.folder, 'bought')}`);
    expect(ended.stdout).toMatch(/^ {2}2 +201 +local +30 +30 +0/m);
  });

  test('says on stderr that it is the sandbox, then the progress in lines', () => {
    const [first, second, ...progress] = ended.stderr.trimEnd().split('\n');
    expect(first).toBe('SANDBOX: this account has no vendor keys, so nothing is really bought.');
    expect(second).toBe('Plan 1: 35 numbers in 3 orders, from the sandbox.');
    expect(progress.length).toBeGreaterThanOrEqual(2);
    for (const line of progress) {
      expect(line).toMatch(/^\d+ of 35 bought {2}0 missing {2}0 unknown {2}(100\/s|finished)/);
    }
    expect(progress.at(-1)).toBe('35 of 35 bought  0 missing  0 unknown  finished');
  });

  test('leaves the results in the folder that was named', () => {
    expect(existsSync(join(shell.folder, 'bought', 'summary.json'))).toBe(true);
    expect(shell.read('bought/numbers.csv').trim().split('\n')).toHaveLength(1 + 35);
  });

  test('is refused a second time, naming the plan and what to say', async () => {
    const again = await shell.run(['order', 'good.csv']);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(
      /^This file was submitted before, as plan 1 \(good\.csv, finished/,
    );
    expect(again.stderr).toContain('Nothing was stored.');
    expect(again.stderr).toContain('say --again');
    // The bytes matter, not the name.
    shell.file('renamed.csv', planOf(30, 5));
    const renamed = await shell.ask(['submit', 'renamed.csv']);
    expect(renamed).toMatchObject({ code: 1, error: { code: 'duplicate_file', plan: 1 } });
  });

  test('is bought once more with --again, and then --json answers with one document', async () => {
    const before = vendor.books().sold;
    const { code, ...answer } = await shell.ask(['order', 'good.csv', '--again']);
    expect(code).toBe(0);
    expect(Object.keys(answer)).toEqual(expect.arrayContaining([...SHOWN, 'out']));
    expect(answer).toMatchObject({ id: 2, state: 'finished', requested: 35, bought: 35 });
    expect(answer.out).toBe(join(shell.folder, 'results', '2-good'));
    expect(vendor.books().sold - before).toBe(35);
  });

  test('keeps its result files: another plan is refused their folder before it buys', async () => {
    const { sold } = vendor.books();
    shell.file('other.csv', planOf(3));
    const holds = `${join(shell.folder, 'bought')} holds the results of plan 1 (good.csv)`;
    for (const [args, start, end] of [
      [['order', 'other.csv'], `${holds}. They are not`, 'nothing was bought.'],
      [['order', 'good.csv', '--again'], `${holds}, which is of this same file.`, 'was bought.'],
      [['results', '2'], `${holds}. They are not overwritten`, 'another folder with --out.'],
    ] as const) {
      const { error } = await shell.ask([...args, '--out', 'bought']);
      expect(error).toMatchObject({ code: 'bad_config' });
      expect(error.message.startsWith(start) && error.message.endsWith(end)).toBe(true);
    }
    expect(vendor.books().sold).toBe(sold);
  });

  test('overwrites no file of a person: a folder with one is refused before it buys', async () => {
    const { sold } = vendor.books();
    shell.file('mine/lines.csv', 'my own');
    for (const [args, end] of [
      [['order', 'other.csv'], 'with --out. Nothing was stored and nothing was bought.'],
      [['results', '2'], 'or name another folder with --out.'],
    ] as const) {
      const { error } = await shell.ask([...args, '--out', 'mine']);
      expect(error.code).toBe('bad_config');
      expect(error.message).toMatch(
        /mine\/lines\.csv is there, and no summary\.json beside it says/,
      );
      expect(error.message.endsWith(end)).toBe(true);
    }
    expect(vendor.books().sold).toBe(sold);
    expect(shell.read('mine/lines.csv')).toBe('my own');
    expect(await shell.ask(['results', '1', '--out', 'bought'])).toMatchObject({ code: 0 });
  });

  test('has a folder beside one with a file of a person', async () => {
    shell.file('results/1-good/summary.json', '{"total": 7}');
    const { out } = await shell.ask(['results', '1']);
    expect(out).toBe(join(shell.folder, 'results', '1-good-2'));
    expect(shell.read('results/1-good/summary.json')).toBe('{"total": 7}');
    rmSync(join(shell.folder, 'results'), { recursive: true });
  });

  test('has a folder beside that of another ledger’s plan', async () => {
    const summary = { ...JSON.parse(shell.read('bought/summary.json')), sha256: 'another' };
    shell.file('results/1-good/summary.json', JSON.stringify(summary));
    const { out } = await shell.ask(['results', '1']);
    expect(out).toBe(join(shell.folder, 'results', '1-good-2'));
    expect((await shell.ask(['results', '1'])).out).toBe(out);
  });
});

test('an order goes on when its reader leaves', async () => {
  shell.file('piped.csv', planOf(4, 4));
  const command = [...NODE, installedCli(), 'order', 'piped.csv', '--out', 'piped'];
  const pipe = startProgram('sh', ['-c', '"$@" 2>&1 | head -n 1', 'sh', ...command], {
    cwd: shell.folder,
    env: shell.env,
  });
  expect((await pipe.exited).stdout).toBe(
    'SANDBOX: this account has no vendor keys, so nothing is really bought.\n',
  );
  await until(() => existsSync(join(shell.folder, 'piped', 'summary.json')), {
    what: 'the results are there',
  });
  expect(shell.read('piped/numbers.csv').trim().split('\n')).toHaveLength(1 + 8);
});

test('a results folder that cannot be written is refused before anything is bought', async () => {
  shell.file('taken', 'a file');
  shell.file('nowhere.csv', planOf(6));
  const { sold } = vendor.books();
  for (const [out, why, words] of [
    ['taken', 'EEXIST', ': it is a file and not a folder'],
    ['taken/results', 'ENOTDIR', ': a part of its path is a file and not a folder'],
    ['/proc/taking-no-folder/results', 'E[A-Z]+', ''],
  ] as const) {
    const { code, error } = await shell.ask(['order', 'nowhere.csv', '--out', out]);
    expect(code).toBe(1);
    expect(error.code).toBe('bad_config');
    expect(error.message).toMatch(
      new RegExp(`^The results cannot be written to \\S*${out} \\(${why}\\)${words}\\. Choose`),
    );
    expect(error.message).toMatch(/Nothing was stored and nothing was bought\.$/);
  }
  expect(vendor.books().sold).toBe(sold);
  expect((await shell.run(['plans'])).stdout).not.toContain('nowhere.csv');
});

describe('the exit code is', () => {
  let plan = 0;
  /** Orders four numbers on two lines from a vendor with these faults. */
  async function order(...faults: Parameters<Sandbox['next']>[0][]) {
    const name = shell.file(`code-${++plan}.csv`, planOf(2, 2));
    for (const fault of faults) vendor.next(fault);
    const ended = await shell.run(['order', name, '--again', '--json']);
    const answer = JSON.parse(ended.stdout);
    expect(PARTS.reduce((sum, part) => sum + answer[part], 0)).toBe(answer.requested);
    return { ...ended, answer };
  }

  test('2 when the vendor had too few numbers', async () => {
    const { code, answer } = await order('no_stock');
    expect(code).toBe(2);
    expect(answer).toMatchObject({ state: 'finished', bought: 2, short: 2 });
  });

  test('2 when the vendor refused', async () => {
    const { code, answer } = await order('ok', 'refuse');
    expect(code).toBe(2);
    expect(answer).toMatchObject({ state: 'finished', bought: 2, refused: 2 });
  });

  test('3 when nobody knows what became of an order, and nothing else counts then', async () => {
    const { code, answer, stderr } = await order('cut_after', 'no_stock');
    expect(code).toBe(3);
    expect(answer).toMatchObject({ state: 'finished', bought: 0, unknown: 2, short: 2 });
    expect(stderr).toContain('nobody knows what became of this order');
  });

  test('4 when the keys are refused; once the account is resumed, all is bought', async () => {
    const { code, answer } = await order('ok', 'bad_keys');
    expect(code).toBe(4);
    expect(answer).toMatchObject({ state: 'running', bought: 2, pending: 2, etaSeconds: null });
    expect(answer.reason).toMatch(/^Put the keys right before you resume/);
    const { pausedReason } = await shell.ask(['account', 'sandbox', '--resume']);
    expect(pausedReason).toBe(null);
    const watched = await shell.ask(['watch', String(answer.id), '--work']);
    expect(watched).toMatchObject({ code: 0, state: 'finished', bought: 4 });
  });

  test('4 when five unknowns in a row make the account pause itself', async () => {
    const name = shell.file('breaker.csv', planOf(1, 1, 1, 1, 1, 1, 1));
    vendor.next('cut_before', { times: 5 });
    const { code, stdout } = await shell.run(['order', name]);
    expect(code).toBe(4);
    expect(stdout).toMatch(/ running {2}account/);
    expect(stdout).toContain('7 requested = 0 bought + 5 unknown + 2 pending');
    expect(stdout).toContain('To resume: "bulk-order account sandbox --resume --why TEXT"');
    expect(stdout.match(/The last 5 answers were unknown: settle them/g)).toHaveLength(1);
  });
});
