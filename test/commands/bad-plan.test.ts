import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openShell, type Shell } from './shell.ts';

let shell: Shell;
beforeAll(() => {
  // At this level the log has stacks, but only for bugs, and a bad file is not one.
  shell = openShell({ LOG_LEVEL: 'debug' });
});

const HEADER = 'area_code,quantity,type\n';
const GOOD = '212,5,local\n';

test('order takes no file that is not there', async () => {
  const { code, error } = await shell.ask(['order', 'missing.csv']);
  expect(code).toBe(1);
  expect(error).toMatchObject({
    code: 'no_file',
    message: 'There is no file missing.csv. Check the name and the folder.',
  });
  expect(nothingStored()).toBe(true);
});

/** Bad rows: each has one bad cell, in this column, and this is in its message. */
const ROWS: [row: string, column: string, says: RegExp][] = [
  ['212,5,mobile', 'type', /"mobile"/],
  ['21255,5,local', 'area_code', /"21255".*3 or 6 digits/],
  ['800,5,tollfree', 'area_code', /must be blank, because the type is tollfree/],
  ['212,"1,000",local', 'quantity', /"1,000".*1 to 100,000/],
  ['212,,local', 'quantity', /quantity is blank/],
];

test('order takes no plan with bad rows, and reports all of them at once', async () => {
  shell.file('rows.csv', `${HEADER}${ROWS.map(([row]) => `${row}\n`).join('')}${GOOD}`);
  const { code, error } = await shell.ask(['order', 'rows.csv']);
  expect(code).toBe(1);
  expect(error).toMatchObject({
    code: 'bad_plan',
    faults: ROWS.map(([, column, says], at) => ({
      ...{ line: at + 2, column, message: expect.stringMatching(says) },
    })),
  });
  for (const { line, column, message } of error.faults)
    expect(error.message).toContain(`\n  line ${line}, ${column}: ${message}\n`);
  expect(nothingStored()).toBe(true);
});

describe('a plan of errors only', () => {
  const rows = Array.from({ length: 150 }, (_, n) => `${n},x,phone`);
  beforeAll(() => {
    shell.file('worst.csv', `${HEADER}${rows.join('\n')}\n`);
  });

  test('is refused with the first 100 of them, and their count', async () => {
    const { code, stdout, stderr } = await shell.run(['submit', 'worst.csv', '--start']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const said = stderr.trimEnd().split('\n');
    expect(said[0]).toBe('worst.csv has 450 errors. Nothing was stored and nothing was bought.');
    expect(said.slice(1, 101).every((line) => /^ {2}line \d+, \w+: /.test(line))).toBe(true);
    expect(said.slice(101)).toEqual([
      '  … and 350 more',
      'To correct it in a spreadsheet: "bulk-order check worst.csv --mend annotated.csv"',
    ]);
    expect(nothingStored()).toBe(true);
  });

  test.each([
    ['a plan that cannot be read', ['check', 'x.csv'], '%PDF-1.7', null],
    ['a plan without rows', ['submit', 'x.csv'], HEADER, null],
    ['a plan of defaults', ['check', 'x.csv', '--default-quantity', '5'], 'npa\nx\n', '5 --mend a'],
    ['a good plan', ['check', 'x.csv'], HEADER + GOOD, null],
  ])('%s is offered a copy only where that works', async (_, args, content, hint) => {
    shell.file('x.csv', content);
    const { stderr } = await shell.run(args);
    if (hint === null) expect(stderr).not.toContain('--mend');
    else expect(stderr).toContain(`check x.csv --default-quantity ${hint}`);
  });

  test('makes check exit with 1; check can write a copy to mend', async () => {
    const check = await shell.ask(['check', 'worst.csv', '--mend', 'annotated.csv']);
    expect(check).toMatchObject({ code: 1, lines: 0, orders: 0, numbers: 0, faultCount: 450 });
    expect(check.faults).toHaveLength(100);
    expect(check.faults[0]).toEqual({
      line: 2,
      column: expect.any(String),
      found: expect.any(String),
      expected: expect.any(String),
      message: expect.any(String),
    });
    expect(shell.read('annotated.csv').trim().split('\r\n')).toHaveLength(1 + 150);
    expect(nothingStored()).toBe(true);
  });
});

describe('check of a good plan', () => {
  const PLAN =
    'npa,qty,type,city,order_slot,status\n(212),60,,New ' +
    'York,1,\n312,0,,Chicago,,\n,12,true800,,,\n';

  test('exits with 0, says what would be bought, and changes nothing', async () => {
    shell.file('good.csv', PLAN);
    const { code, stdout, stderr } = await shell.run(['check', 'good.csv']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'good.csv: 2 lines, 4 orders, 72 numbers. No errors.',
      '  type     lines  orders  numbers',
      '  local        1       3       60',
      '  true800      1       1       12',
      '  area code  place     lines  numbers',
      '  212        New York      1       60',
      'Slots, bought as well: 60.',
      'Copied to the results: city, status (as plan_status).',
      '2 warnings:',
      '  line 1, status: The column "status" is not one of ours: it is copied into the results ' +
        'and changes nothing. Each row is bought whatever is written there. To skip a row, set ' +
        'its quantity to 0.',
      '  line 3, quantity: quantity is 0: this line is skipped.',
      '1 of them must be accepted before real numbers are bought: --accept-warnings.',
      'To buy it: "bulk-order order good.csv"',
    ]);
    shell.file('long.csv', `npa,qty,${'x'.repeat(5_000)}\n212,5,\n`);
    const { stdout: short } = await shell.run(['check', 'long.csv']);
    expect(short).toContain(`Copied to the results: ${'x'.repeat(60)}….\n`);
    const flags = ['--default-quantity', '3', '--account', 'sandbox'];
    const asked = await shell.run(['check', 'good.csv', ...flags]);
    expect(asked.stdout).toContain(
      'To buy it: "bulk-order order good.csv --default-quantity 3 --account sandbox"',
    );
    const check = await shell.ask(['check', 'good.csv']);
    expect(check).toMatchObject({ code: 0, lines: 2, orders: 4, numbers: 72, faultCount: 0 });
    expect(check).toMatchObject({ faults: [], warnings: [{ column: 'status' }, { line: 3 }] });
    expect(check.resultColumns).toEqual(['city', 'plan_status']);
    expect(nothingStored()).toBe(true);
  });

  test('takes a default for quantities that are blank', async () => {
    shell.file('blank.csv', 'npa,qty\n212,\n312,4\n');
    const check = await shell.ask(['check', 'blank.csv', '--default-quantity', '30']);
    expect(check).toMatchObject({ code: 0, orders: 3, numbers: 34 });
  });

  test('takes a time for lines that do not say how long they keep trying', async () => {
    shell.file('blank.csv', 'npa,qty\n212,1\n312,4\n');
    const check = await shell.ask(['check', 'blank.csv', '--keep-trying', '3 D']);
    expect(check).toMatchObject({ code: 0, keepTryingLines: 2 });
    const { error } = await shell.ask(['check', 'blank.csv', '--keep-trying', 'until 2020-01-01']);
    expect(error).toMatchObject({
      code: 'invalid_usage',
      message: expect.stringContaining('"until 2020-01-01", is not after today'),
    });
  });
});

const nothingStored = () => !existsSync(join(shell.folder, 'data'));
