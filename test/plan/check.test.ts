import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../src/plan/index.ts';
import { asked, check, folder, places, rules } from './plan-file.ts';

test('lines, orders, numbers and slots are added up, in all and for each type', async () => {
  const plan = [
    'area_code,quantity,type,order_slot',
    '212,60,local,1',
    '416,26,canadian_local,0',
    ',25,tollfree,',
    ',1,tollfree,1',
    '213,0,local,1',
    '',
  ].join('\n');
  expect(await check(plan)).toMatchObject({
    sha256: createHash('sha256').update(plan).digest('hex'),
    bytes: plan.length,
    rows: 5,
    lines: 4,
    orders: 7,
    numbers: 112,
    slots: 61,
    types: {
      local: { lines: 1, orders: 3, numbers: 60 },
      canadian_local: { lines: 1, orders: 2, numbers: 26 },
      tollfree: { lines: 2, orders: 2, numbers: 26 },
      true800: { lines: 0, orders: 0, numbers: 0 },
    },
    faultCount: 0,
    warningCount: 1,
    encoding: 'utf-8',
    delimiter: ',',
  });
});

test('the first 100 errors and warnings are kept and all are counted', async () => {
  const plan = `area_code,quantity\n${'212,x\n'.repeat(250)}${'212,0\n'.repeat(150)}`;
  const result = await check(plan);
  expect(result).toMatchObject({ faultCount: 250, faultyRows: 250, warningCount: 150, rows: 400 });
  expect(result.faults.map(({ line }) => line)).toEqual(
    Array.from({ length: 100 }, (_, at) => at + 2),
  );
  expect(result.warnings.map(({ line }) => line)).toEqual(
    Array.from({ length: 100 }, (_, at) => at + 252),
  );
});

test('an error of the whole file comes before those of the rows', async () => {
  const result = await check(`area_code,quantity\n${'212,x\n'.repeat(250)}212,"5\n`);
  expect(result.faultCount).toBe(251);
  expect(places(result).slice(0, 2)).toEqual(['252:', '2:quantity']);
  expect(result.faults).toHaveLength(100);
});

test('a file is known by all its bytes, also when its reading ended early', async () => {
  const plan = `city\n${'Albany\n'.repeat(50_000)}`;
  const sha256 = createHash('sha256').update(plan).digest('hex');
  expect(await check(plan)).toMatchObject({ faultCount: 1, rows: 0, bytes: plan.length, sha256 });
});

describe('the size of a plan', () => {
  const line = '212,100000\n';

  test('may be 2,000,000 orders', async () => {
    const result = await check(`area_code,quantity\n${line.repeat(500)}`);
    expect(result).toMatchObject({ orders: 2_000_000, faultCount: 0 });
  });

  test('may not be one order more, and the line that is too much is named', async () => {
    const result = await check(`area_code,quantity\n${line.repeat(500)}213,1\n214,1\n`);
    expect(result.faults).toMatchObject([{ line: 502, found: '2,000,002 orders' }]);
  });

  test.each([
    ['no lines', 'area_code,quantity\n', 'no lines'],
    ['no quantity but 0', 'area_code,quantity\n212,0\n213,0\n', '2 lines with quantity 0'],
  ])('may not be nothing: %s', async (_, plan, found) => {
    expect((await check(plan)).faults).toMatchObject([{ found }]);
  });

  test('is not called empty when it has errors', async () => {
    expect(places(await check('area_code,quantity\n212,x\n'))).toEqual(['2:quantity']);
  });
});

test.each([
  ['a file that is not there', 'none.csv', 'There is no file PATH. Check the name and the folder.'],
  ['a file in a folder that is not there', 'none/none.csv', 'There is no file PATH.'],
  ['a directory', '.', 'PATH is a directory, not a file. Name a CSV file.'],
  ['a device', '/dev/zero', 'PATH'],
])('%s is refused', async (_, name, says) => {
  const path = resolve(folder, name);
  const message = expect.stringContaining(says.replace('PATH', path));
  await expect(checkPlan(path)).rejects.toMatchObject({
    code: 'no_file',
    message,
    details: { path },
  });
});

test('a name that is empty is refused', async () => {
  const message = 'The name of the file is empty. Name a CSV file.';
  await expect(checkPlan('')).rejects.toMatchObject({ code: 'no_file', message });
});

test('what a person must accept is listed once for each kind, before all else', async () => {
  const rows = ['213,0\n'.repeat(150), '212-215,5\n'.repeat(120), '312-872,5\n415\n'];
  const { warnings, warningCount } = await check(`npa,qty,dozens\n${rows.join('')}`, rules());
  expect(warningCount).toBe(155);
  expect(warnings).toHaveLength(100);
  const asked = warnings.filter(({ needsAnswer }) => needsAnswer);
  expect(asked.map(({ line }) => line)).toEqual([1, 2, 152, 272]);
});

describe('rows that repeat earlier ones in all cells', () => {
  const pasted = (rows: string) => `area_code,quantity,Client\n${rows}${rows}`;

  test.each([
    ['a list pasted twice', pasted('212,5,Ann\n312,7,Bob\n415,9,Cid\n305,4,Dan\n')],
    ['one without cells of its own', '212,5\n312,7\n212,5\n312,7\n'],
    ['one of a single row', pasted('212,5,Ann\n')],
    [
      'one with another day',
      'npa,qty,Order date\n212,5,11/28/2026\n312,7,11/28/2026\n212,5,2026-11-30\n312,7,\n',
    ],
    ['one with another PO', 'npa,qty,PO #\n212,5,4711\n312,7,4711\n212,5,4712\n312,7,4712\n'],
    ['one whose rows are numbered', 'no,npa,qty\n1,212,5\n2,312,7\n3,212,5\n4,312,7\n'],
    [
      'a long one',
      pasted(
        Array.from({ length: 3_000 }, (_, at) => `212,5,é ${at % 2 ? '' : "'="}${at}\n`).join(''),
      ),
    ],
  ])('must be answered: %s', async (_, content) => {
    expect(await asked(content)).toEqual([expect.stringMatching(/pasted twice, remove one copy/)]);
  });

  test.each([
    ['for another customer', pasted('212,5,Ann\n312,7,Bob\n').replace('Ann', 'Eve')],
    ['with other quantities', '212,5\n312,7\n212,6\n312,7\n415,1\n'],
    ['in turn', `212,25\n`.repeat(100)],
    ['twice in turn', '212,25\n212,25\n415,5\n'],
    ['of another day in turn', 'npa,qty,date\n212,5,5/1\n212,5,5/2\n212,5,5/3\n415,5,\n'],
    ['for numbered stores', 'store,npa,qty\n101,212,5\n102,312,7\n103,212,5\n104,312,7\n'],
  ])('are no question %s', async (_, content) => expect(await asked(content)).toEqual([]));
});

describe('a list that begins again with other quantities', () => {
  const CODES = [212, 415, 312, 646];
  const rows = (more: string, ...quantities: number[]) =>
    quantities.map((quantity, at) => `${CODES[at % 4]},${quantity}${more}\n`).join('');

  const numbered = (step: number, content: string) =>
    content
      .trimEnd()
      .split('\n')
      .map((row, at) => `${(at + 1) * step},${row}\n`)
      .join('');

  const sites = (quantity: number) =>
    Array.from({ length: 6_000 }, (_, at) => `212,${quantity},é ${at}\n`).join('');

  test.each([
    ['without a header', rows('', 10, 5, 7, 4) + rows('', 12, 5, 9, 4)],
    ['of three rows', rows('', 10, 5, 7) + rows('', 12, 5, 9)],
    ['of two rows', rows('', 10, 5) + rows('', 12, 6)],
    [
      'with numbers of rows',
      `no,npa,qty\n${numbered(1, rows('', 10, 5, 7, 4) + rows('', 12, 5, 9, 4))}`,
    ],
    [
      'with numbers of rows in steps',
      `pos,npa,qty\n${numbered(10, rows('', 10, 5, 7) + rows('', 12, 5, 9))}`,
    ],
    [
      'with numbers that begin again, too',
      `no,npa,qty\n${numbered(1, rows('', 10, 5, 7))}${numbered(1, rows('', 12, 5, 9))}`,
    ],
    ['with another day', `npa,qty,due by\n${rows(',May', 10, 5, 7)}${rows(',June', 12, 5, 9)}`],
    ['for one customer', `npa,qty,for\n${rows(',Ann', 10, 5, 7, 4)}${rows(',Ann', 12, 6, 9, 3)}`],
    ['for several', 'npa,qty,for\n1,Al\n2,Bo\n3,Cy\n5,Al\n6,Bo\n7,Cy\n'.replace(/^\d/gm, '212,$&')],
    ['with new rows', `${rows('', 10, 5, 7, 4)}212,12\n415,5\n305,8\n312,9\n646,4\n617,3\n`],
    ['far down', `npa,qty,site\n${sites(5)}${sites(6)}`],
    ['with a row on two lines', `212,25\n212,9\n${rows('', 10, 5, 7)}${rows('', 12, 5, 9)}`],
  ])('must be answered: %s', async (_, content) => {
    expect(await asked(content)).toEqual([
      expect.stringMatching(/begin the list again: if it was revised below the old one, remove/),
    ]);
  });

  test.each([
    ['each customer', `npa,qty,for\n${rows(',Ann', 10, 5, 7, 4)}${rows(',Bob', 12, 6, 9, 3)}`],
    [
      'each customer, with numbers of rows',
      `no,npa,qty,for\n${numbered(1, rows(',Ann', 10, 5, 7) + rows(',Bob', 12, 6, 9))}`,
    ],
    ['each note', `npa,qty,note\n${rows(',', 10, 5, 7, 4)}${rows(',more', 12, 6, 9, 3)}`],
    ['each type', `npa,qty,sms\n${rows(',0', 10, 5, 7, 4)}${rows(',1', 12, 6, 9, 3)}`],
    ['two area codes', '212,3\n415,2\n212,3\n415,4\n212,5\n415,7\n'],
    ['another sequence', '212,10\n415,5\n312,7\n646,4\n646,5\n312,8\n415,6\n212,11\n'],
    ['rows of 25', `${'212,25\n'.repeat(9)}415,5\n312,25\n312,2\n`],
    [
      'a few codes again',
      `${rows('', 1, 2, 3, 4)}${'305,1\n617,2\n'.repeat(4)}${rows('', 5, 6, 7)}`,
    ],
  ])('is no question with one for %s', async (_, content) => {
    expect(await asked(content)).toEqual([]);
  });
});
