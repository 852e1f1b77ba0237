import { describe, expect, test } from 'vitest';
import { embeddedNumbering } from '../../src/numbering/index.ts';
import { checkDocument } from '../../src/plan/index.ts';
import { annotated, check, lines, linesOf, planFile, rules } from './plan-file.ts';

const HEADER = 'area_code,quantity,type,distance,allow_overlay,fallback\n';

describe('the column fallback', () => {
  test.each(['fallback', 'Fall back', 'fall_back', 'FALLBACKS'])(
    'may be called %s',
    async (name) => {
      const [line] = await lines(`area_code,quantity,${name}\n212,5,Overlay > State:10\n`, rules());
      expect(line?.fallback).toBe('overlay state:10');
    },
  );

  test.each([
    ['Fallback overlay', 'fallback'],
    ['fallback miles', 'fallback'],
    ['overlay', 'allow_overlay'],
    ['retry', 'keep_trying'],
  ])('is asked about when a column is called %s', async (name, meant) => {
    const { warnings } = await check(`area_code,quantity,${name}\n212,5,\n`);
    expect(warnings).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(`If you meant ${meant}`),
        needsAnswer: true,
      }),
    ]);
  });

  test.each(['callback', 'Call backs'])('is not meant by %s', async (name) => {
    expect((await check(`area_code,quantity,${name}\n212,5,\n`)).warnings).toEqual([]);
  });
});

describe('a check', () => {
  test('expands each different ladder once, in the order of the plan', async () => {
    const plan = [
      '212,5,,,,overlay tollfree',
      '907,5,,,,',
      '646,5,,,,overlay:10',
      '212555,5,,,,"Overlay, tollfree"',
      '212,0,,,,state',
      ',5,true800,,,tollfree',
      '416,5,canadian_local,,,to:437',
    ].join('\n');
    const found = await check(HEADER + plan, rules());
    expect(found).toMatchObject({ faults: [], fallbackLines: 5, numberingDate: '2026-08-17' });
    const wishes = found.ladders.map((each) => [each.type, each.areaCode, each.fallback]);
    expect(wishes).toEqual([
      ['local', '212', 'overlay tollfree'],
      ['local', '646', 'overlay:10'],
      ['true800', null, 'tollfree'],
      ['canadian_local', '416', 'to:437'],
    ]);
    expect(found.ladders[0]?.steps.map((step) => step.areaCode ?? step.type)).toEqual([
      '332',
      '646',
      '917',
      'tollfree',
    ]);
    expect(found.ladderWords).toEqual([
      '212 New York: overlay 332, 646, 917; tollfree',
      '646 New York: overlay:10 212, 332, 917',
      'true800: tollfree',
      '416 Ontario: to:437 437 (21.7 mi)',
    ]);
  });

  test('of many ladders is a document with the first hundred', async () => {
    const cells = Array.from({ length: 150 }, (_, at) => `212,5,,,,overlay:${at + 1}`);
    const document = checkDocument(await check(HEADER + cells.join('\n'), rules()));
    expect(document).toMatchObject({ ladderCount: 150, fallbackLines: 150 });
    expect(document.ladders).toHaveLength(100);
    expect(document.ladders[99]).toMatchObject({
      fallback: 'overlay:100',
      words: '212 New York: overlay:100 332, 646, 917',
    });
  });

  test('counts what may be toll-free instead, by type and with the cap', async () => {
    const rows = ['212,50,,,,overlay tollfree:5', '212,7,,,,tollfree', '212,9,,,,overlay'];
    const more = [',4,true800,,,tollfree', '416,3,canadian_local,,,tollfree:9', '907,8,,,,'];
    const { mayBeTollfree } = await check(HEADER + [...rows, ...more].join('\n'), rules());
    expect(mayBeTollfree).toEqual({ local: 12, tollfree: 0, true800: 4, canadian_local: 3 });
  });

  test('without rules expands nothing, as the second reading', async () => {
    const plan = `${HEADER}907,5,,,,overlay\n`;
    expect(await check(plan)).toMatchObject({ faults: [], ladders: [], numberingDate: null });
    expect(await linesOf(await planFile(plan))).toMatchObject([{ fallback: 'overlay' }]);
  });

  test('refuses more area codes than memory should hold', async () => {
    const row = (cap: number) => `510,5,,,,state:${cap} tollfree`;
    const rows = Array.from({ length: 12_000 }, (_, at) => row(at + 1));
    const { faults, faultCount } = await check(HEADER + rows.join('\n'), rules());
    expect(faultCount).toBe(1);
    expect(faults).toMatchObject([
      { column: 'fallback', message: expect.stringContaining('more than 300,000 area codes') },
    ]);
    expect(faults[0]?.line).toBeGreaterThan(5_000);
  });

  test('takes rows with other ladders for different', async () => {
    const plan = `${HEADER}212,5,,,,overlay\n212,5,,,,state\n212,5,,,,\n212,5,,,,OVERLAY\n`;
    expect((await check(plan, rules())).warnings).toMatchObject([
      { line: 5, message: expect.stringMatching(/^1 row .*: line 5 as line 2\.$/) },
    ]);
  });
});

describe.each([true, false])('an error, whatever the account (live: %s), is', (isStrict) => {
  test.each([
    [
      'an unknown rung',
      '212,5,,,,city',
      'fallback "city" has an unknown rung "city". The rungs are',
    ],
    ['a cap below 0', '212,5,,,,overlay:-1', 'fallback "overlay:-1" has no valid cap'],
    ['a cell of 10 kB', `212,5,,,,${'overlay '.repeat(1280)}`, 'is longer than 2,000 characters'],
    ['an emoji', '212,5,,,,😀', 'fallback "😀" has an unknown rung. The rungs are'],
    ['no overlay', '907,5,,,,overlay', 'finds nothing: 907 has no overlay. Leave it out.'],
    [
      'nothing nearby',
      '907,5,,,,nearby:300 > State',
      'fallback "nearby:300 > State" finds nothing',
    ],
    ['the own area code', '212555,5,,,,to:212', "names 212, the line's own area code"],
    ['a distance', '212,5,,25,,overlay', 'fallback "overlay" and distance cannot both be set'],
    ['a distance of 0', '212,5,,0,,overlay', 'and distance cannot both be set'],
    ['an overlay by the vendor', '212555,5,,,1,overlay', 'and allow_overlay cannot both be set'],
    ['a toll-free line', ',5,tollfree,,,tollfree', 'has no use, because the type is tollfree'],
    ['an area code for true 800', ',5,true800,,,state', 'has area codes, but the type is true800'],
  ])('%s', async (_what, row, message) => {
    const { faults, lines, ladders } = await check(
      `${HEADER}213,5,,,,\n${row}\n`,
      rules({ isStrict }),
    );
    expect(faults).toMatchObject([
      { line: 3, column: 'fallback', message: expect.stringContaining(message) },
    ]);
    expect({ lines, ladders }).toEqual({ lines: 1, ladders: [] });
  });
});

describe('a line whose area code is wrong has', () => {
  test('with live keys one error, about the area code', async () => {
    const { faults } = await check(`${HEADER}555,5,,,,overlay\n416,5,,,,to:212\n`, rules());
    expect(faults.map(({ column }) => column)).toEqual(['area_code', 'area_code']);
  });

  test('in the sandbox an error when its place must be known, else a ladder', async () => {
    const plan = `${HEADER}555,5,,,,overlay\n555,5,,,,tollfree\n416,5,,,,to:212\n`;
    const { faults, warnings, ladders } = await check(plan, rules({ isStrict: false }));
    expect(faults).toMatchObject([
      { line: 2, message: expect.stringContaining('the place of 555 is unknown') },
    ]);
    expect(warnings.map(({ column }) => column)).toEqual(['area_code', 'area_code', 'area_code']);
    expect(ladders.map(({ areaCode }) => areaCode)).toEqual(['555', '416']);
  });
});

test('an annotated plan says what is wrong with a ladder', async () => {
  const [, bad, good] = await annotated(`${HEADER}907,5,,,,overlay\n212,5,,,,overlay\n`, rules());
  expect(bad).toContain('907 has no overlay');
  expect(good).toMatch(/,$/);
});

describe('a plan whose wishes its ids have no room for', () => {
  const CODES = Array.from({ length: 35 }, (_, n) => `${201 + n}`).filter((code) => code !== '212');
  const many = (lines: number, cells: string) =>
    `area_code,quantity,fallback,keep_trying\n${`212,1,${cells}\n`.repeat(lines)}`;
  const warned = async (plan: string) =>
    (await check(plan, rules())).warnings
      .filter(({ column }) => column !== '')
      .map(({ line, message }) => [line, message]);

  test('is told how often its lines can be tried', async () => {
    const usable = await usableOf(CODES);
    const cells = `to:${usable.join('+')},30d`;
    expect(await warned(many(100, cells))).toEqual([]);
    const [[line, message] = []] = await warned(many(4_000, cells));
    const tries = Math.floor((2_498 - usable.length) / (usable.length + 1));
    expect(line).toBe(2);
    expect(message).toContain(`4,000 orders has room for ${tries} tries of this line`);
    expect(message).toContain('It asks for 120 tries. Split the file');
  });

  test('is told how much of its ladders can be used', async () => {
    const usable = await usableOf(CODES);
    const [[, message] = []] = await warned(many(400_000, `to:${usable.join('+')},`));
    expect(message).toContain(`has room for 23 of the ${usable.length} area codes`);
  });

  /** Those that a line in 212 may name. */
  async function usableOf(codes: string[]): Promise<string[]> {
    const numbering = embeddedNumbering();
    return codes.filter((code) => numbering.problemWith('local', code, '2026-08-17') === null);
  }
});
