/** Plans as people have them: titles above, a spreadsheet's marks, totals below, other files. */

import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { annotatePlan, checkPlan } from '../../src/plan/index.ts';
import { areaCodes, check, lines, linesOf, places, planFile } from './plan-file.ts';

describe('a header below a title', () => {
  const title = 'Autumn order,,\n,,\nPrepared 2026-11-01,,\n';

  test.each([
    ['in the same columns', `${title}area_code,quantity,city\n212,5,Albany\n`, 4],
    ['with brackets', 'Autumn\nArea Code,Quantity (max 25)\n212,5\n', 2],
    ['wrapped by a program', 'Autumn\n="area_code",="quantity"\n="212",="5"\n', 2],
    ['in one cell', 'Autumn order\n\narea_code;quantity\n212;5\n', 3],
    ['that begins with a number', '2026\narea_code,quantity\n212,5\n', 2],
    ['after sep=', 'sep=;\nNotes|a|b\n\n;Region;East\narea_code;quantity\n212;5\n', 5],
    ['with quotes', '"Autumn, ""big"""\narea_code,quantity\n212,5\n', 2],
    ['of a toll-free plan', 'Order\ntype,quantity,area_code\n,5,212\n', 2],
    ['in the twentieth row', `${'x\n'.repeat(19)}area_code,quantity\n212,5\n`, 20],
  ])('%s is found, and said', async (_, content, line) => {
    expect(await areaCodes(content)).toEqual(['212:5']);
    const { warnings } = await check(content);
    expect(warnings[0]).toMatchObject({ line, message: expect.stringContaining(`line ${line}.`) });
  });

  test('is not looked for any further down', async () => {
    const { faults } = await check(`${'x\n'.repeat(20)}area_code,quantity\n212,5\n`);
    expect(faults).toMatchObject([{ line: 1, message: expect.stringMatching(/none of our/) }]);
  });

  test('is not chosen where two could be it', async () => {
    const twice = 'area_code,quantity\n212,5\n';
    const { faults, rows } = await check(`Order\n${twice}\n${twice}`);
    expect(faults).toMatchObject([{ line: 2, found: 'header rows on lines 2 and 5' }]);
    expect(rows).toBe(0);
  });

  test('is no header when lines to buy are above it', async () => {
    const { faults } = await check('212,5\n213,6\narea_code,quantity\n214,7\n');
    expect(faults).toMatchObject([{ line: 1, message: expect.stringMatching(/line 3/) }]);
  });

  test('without an area code that is there twice is an error of its row', async () => {
    const { faults } = await check('type,quantity\ntollfree,5\ntype,quantity\ntollfree,6\n');
    expect(faults.map(({ message }) => message)).toEqual([
      'This row names the columns again, as line 1 does. Remove it.',
    ]);
  });

  test('may end with a name that is none', async () => {
    expect((await check('area_code,quantity,-\n212,5\n')).faults).toEqual([]);
  });

  test('that is there twice is an error of its row', async () => {
    const result = await check('area_code,quantity\n212,5\nArea Code,Quantity\n213,6\n');
    expect(places(result)).toEqual(['3:']);
    expect(result.faults[0]?.message).toMatch(/names the columns again, as line 1 does/);
  });

  test.each([
    'quantity,area_code\n300,415\n',
    'City,Qty,NPA\nAustin,300,512\n',
    'Qty,NPA\n300,415\n',
  ])('that is there twice in another order is not advised to be removed: %j', async (below) => {
    const { faults } = await check(`area_code,quantity,city\n212,5,x\n${below}`);
    expect(faults[0]?.message).toMatch(/as line 1 does, but in another order: .* Put these into/);
    expect(faults[0]?.message).not.toContain('Remove');
  });

  test('is reported together with the reason why it is not reached', async () => {
    const { faults } = await check('The "big" order\narea_code,quantity\n212,5\n');
    expect(faults[0]).toMatchObject({ line: 1, message: expect.stringMatching(/quote inside it/) });
  });

  test('stays below its title when it is annotated', async () => {
    const path = await planFile(`${title}area_code,quantity\n212,5\n21,6\n`);
    await annotatePlan(path, `${path}.1`);
    await annotatePlan(`${path}.1`, `${path}.2`);
    const text = await readFile(`${path}.1`, 'utf8');
    expect(text).toMatch(/^\ufeffAutumn order,,\r\nPrepared [-\d]+,,\r\narea_code,quantity,fault/);
    expect(await readFile(`${path}.2`, 'utf8')).toBe(text);
    expect(await checkPlan(`${path}.1`)).toMatchObject({ lines: 1, faultyRows: 1 });
  });
});

describe("a spreadsheet's", () => {
  test.each([
    ['="212" without quotes', 'area_code,quantity\n="212",="5"\n'],
    ['="212" in quotes', 'area_code,quantity\n"=""212""","=""5"""\n'],
    ['="212" with blanks around it', 'area_code,quantity\n ="212" , ="5"\n'],
    ['="" for a blank', 'area_code,quantity,type\n="212",="5",=""\n'],
    ['"="212" after cells of several lines', 'note,area_code,quantity\n"a\n=""x"",\nb",="212",5\n'],
    ['="212" without a header', '="212",5\n'],
    ['="212" in a ; plan', 'area_code;quantity\n="212";="5"\n'],
    ['\'="212", as annotating guards it', 'area_code,quantity\n"\'=""212""",5\n'],
    ['no-break space', 'area_code,quantity\n\u00a0212\u00a0,\u202f5\n'],
    ['Ctrl-Z at the end', 'area_code,quantity\r\n212,5\r\n\x1a'],
  ])('%s is read', async (_, content) => {
    expect(await areaCodes(content)).toEqual(['212:5']);
  });

  test('="212" is read wherever a piece of the file ends', async () => {
    for (let shift = 0; shift < 12; shift++) {
      const head = `area_code,quantity,note${'x'.repeat(shift)}\n`;
      const read = await areaCodes(`${head}${'="212",5,"a ""b"""\n'.repeat(2000)}`);
      expect(read).toHaveLength(2000);
    }
  });

  test('="001" of a column of the plan itself stays as it was', async () => {
    const [line] = await lines('area_code,quantity,zip\n212,5,="00501"\n');
    expect(line?.extra).toEqual(['="00501"']);
  });

  test.each(['312\u00a0555', '312\u2009555', '312\u2011555', '312\u2013555', '( 312 )\u00a0555'])(
    '%j is an area code',
    async (cell) => expect(await areaCodes(`npa,qty\n${cell},5\n`)).toEqual(['312555:5']),
  );

  test('Ctrl-Z anywhere else is no end', async () => {
    const { faults } = await check('npa,qty\n212,5\n\x1a\n213,6\n');
    expect(faults[0]).toMatchObject({ line: 3, message: expect.stringContaining('U+001A') });
    const text = `npa,qty,note\n212,5,a${'\x1a'.repeat(40_000)}`;
    expect((await lines(text))[0]?.extra[0]).toHaveLength(39_999 + 1);
  });
});

describe('a total, a note or a heading', () => {
  test.each([
    ['type,quantity\ntollfree,5\nTotal,5\n', /says "Total"/],
    ['area_code,quantity\n212,5\nGrand total:,5\n', /says "Grand total:"/],
    ['area_code,quantity,city\n212,5,x\n,5,Summe\n', /says "Summe"/],
    ['area_code,quantity,city\n212,5,x\nTotal,5\n', /says "Total"/],
    ['area_code,quantity,city\n212,5,x\n,5,\n', /If this row is a total, remove it/],
    ['area_code,quantity,city\n212,5,x\n,5,y\n', /, also for merged cells\. If/],
    ['area_code,quantity,city\n212,5,x\nNote: before Friday\n', /only "Note: before Friday"/],
    ['area_code,quantity\n212,5\nPage 1 of 2,\n', /only "Page 1 of 2", so it looks like a note/],
    ['area_code,quantity\n212,5\n*** West ***,\n', /looks like a note or a heading/],
    ['area_code,quantity,city\n212,5,x\nTotal NY,,25\n', /says "Total NY"/],
    ['area_code,quantity,city\n212,5,x\nEast coast,,\n', /looks like a note or a heading/],
  ])('%j is an error that says so', async (content, message) => {
    const { faults, faultCount } = await check(content);
    expect(faultCount).toBe(1);
    expect(faults).toMatchObject([{ line: 3, message: expect.stringMatching(message) }]);
  });
});

describe('another kind of file is named:', () => {
  const zip = (name: string) => Buffer.from(`PK\x03\x04${'\0'.repeat(26)}${name}`, 'latin1');
  test.each([
    ['gzip', gzipSync('area_code,quantity\n212,5\n'), 'gzip'],
    ['PDF', '%PDF-1.7\n%\xe2\xe3', 'PDF'],
    ['RTF', '{\\rtf1\\ansi area_code}', 'RTF'],
    ['HTML', '\n<!DOCTYPE html><html><table>', 'HTML'],
    ['a page that asks to sign in', '<html><form><input type="password">', 'asks to sign in'],
    ['XML', '<?xml version="1.0"?><plan/>', 'XML'],
    ['JSON', '[\n  {"area_code": "212"}\n]', 'JSON'],
    ['ODS', zip('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'), 'OpenDocument'],
    ['XLSX', zip('xl/workbook.xml'), '.xlsx'],
    ['PNG', Buffer.from('89504e470d0a1a0a', 'hex'), 'PNG'],
  ])('%s', async (_, content, what) => {
    const result = await check(content);
    expect(result.faultCount).toBe(1);
    expect(result.faults[0]?.message).toContain(what);
    expect(result.faults[0]?.message).toContain('not a CSV text');
  });

  test('a header in brackets is none', async () => {
    expect(await linesOf(await planFile('[area_code],quantity\n212,5\n')).catch(String)).toMatch(
      /no column area_code/,
    );
  });
});
