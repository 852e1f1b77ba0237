import { describe, expect, test } from 'vitest';
import { annotated, check, linesOf, planFile, rules } from './plan-file.ts';

const HEADER = 'area_code,quantity,type\n';

const WRONG: [what: string, row: string, message: string][] = [
  ['the code of films', '555212,5,', 'No place has the area code 555'],
  ['a Canadian code of a local line', '416,5,', 'Write the type canadian_local.'],
];

describe('with live keys an error is', () => {
  test.each(WRONG)('%s', async (_what, row, message) => {
    const { faults, faultCount, lines, warnings } = await check(`${HEADER}213,5,\n${row}`, rules());
    expect(faults).toEqual([
      {
        line: 3,
        column: 'area_code',
        found: row.split(',')[0],
        expected: expect.any(String),
        message: expect.stringContaining(message),
      },
    ]);
    expect({ faultCount, lines, warnings }).toEqual({ faultCount: 1, lines: 1, warnings: [] });
  });

  test('in the annotated plan as well', async () => {
    const [, row] = await annotated(`${HEADER}416,5,\n`, rules());
    expect(row).toContain('416 is in Ontario, Canada');
  });
});

describe('in a sandbox a warning is', () => {
  test.each(WRONG)('%s', async (_what, row, message) => {
    const lenient = rules({ isStrict: false });
    const { warnings, faultCount } = await check(`${HEADER}213,5,\n${row}`, lenient);
    expect(warnings).toEqual([
      { line: 3, column: 'area_code', message: expect.stringContaining(message) },
    ]);
    expect(faultCount).toBe(0);
  });
});

test.each([
  ['212 646', 1],
  ['(312) 872', 1],
  ['212646', 1],
  ['212-415', 1],
  ['212415', 0],
  ['212-215', 1],
  ['301\u2013305', 1],
  ['201 - 209', 1],
  ['212-555', 0],
  ['(212) 999', 0],
])('%s warns of two area codes or a range %i times, which a person must accept', async (...row) => {
  const [cell, times] = row;
  const { warnings, lines } = await check(`${HEADER}${cell},5,\n`, rules());
  const code = cell.replace(/\D/g, '').slice(0, 3);
  const message = expect.stringContaining(`in area code ${code}. `);
  expect({ warnings, lines }).toEqual({
    warnings: Array(times).fill({ line: 2, column: 'area_code', message, needsAnswer: true }),
    lines: 1,
  });
});

test('an old report is a warning, once and before those of codes without numbers', async () => {
  const old = rules({ today: '2027-03-01' });
  const { warnings, faultCount } = await check(`${HEADER}935,5,\n387,5,\n`, old);
  expect({ count: warnings.length, faultCount }).toEqual({ count: 3, faultCount: 0 });
  expect(warnings).toMatchObject([
    { line: 1, message: expect.stringContaining('196 days old') },
    { line: 2, message: expect.stringContaining('not assigned') },
    { line: 3 },
  ]);
  expect((await check(`${HEADER},5,tollfree\n`, old)).warnings).toEqual([]);
});

test('a check says where the numbers would be, most numbers first', async () => {
  const plan = `${HEADER}907,1,\n212,5,\n212-555,3,\n935,1,\n,9,tollfree\n`;
  const firm = (local: number) => ({ local, canadian_local: 0, slots: 0 });
  expect((await check(plan, rules())).areaCodes).toEqual([
    { areaCode: '212', place: 'New York', lines: 2, numbers: 8, firm: firm(8), exchanges: ['555'] },
    { areaCode: '907', place: 'Alaska', lines: 1, numbers: 1, firm: firm(1) },
    { areaCode: '935', place: null, lines: 1, numbers: 1, firm: firm(1) },
  ]);
});

test('a check names the exchanges, the first ones of each area code', async () => {
  const rows = ['212,5,', '212-555,3,', '212556,3,', '212556,1,', '415,2,'];
  expect((await check(HEADER + rows.join('\n'), rules())).areaCodes).toMatchObject([
    { areaCode: '212', exchanges: ['555', '556'] },
    { areaCode: '415' },
  ]);
});

test('what lines without a fallback ask for is firm, with its slots', async () => {
  const header = 'area_code,quantity,type,order_slot,fallback\n';
  const rows = ['212,5,,1,', '212,3,,,', '212,7,,1,overlay', '416,4,canadian_local,1,'];
  expect((await check(header + rows.join('\n'), rules())).areaCodes).toMatchObject([
    { areaCode: '212', numbers: 15, firm: { local: 8, canadian_local: 0, slots: 5 } },
    { areaCode: '416', numbers: 4, firm: { local: 0, canadian_local: 4, slots: 4 } },
  ]);
});

test('without rules area codes are not checked, as in the second reading', async () => {
  const { faultCount, warningCount, areaCodes } = await check(`${HEADER}911,5,\n`);
  expect({ faultCount, warningCount, areaCodes }).toEqual({
    faultCount: 0,
    warningCount: 0,
    areaCodes: [],
  });
  expect(await linesOf(await planFile(`${HEADER}911,5,\n`))).toHaveLength(1);
});

test('a line that is skipped is not checked', async () => {
  const { warnings, faultCount } = await check(`${HEADER}212,1,\n911,0,\n`, rules());
  expect({ count: warnings.length, faultCount }).toEqual({ count: 1, faultCount: 0 });
});
