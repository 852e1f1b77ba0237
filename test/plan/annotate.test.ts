import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { annotatePlan, checkPlan } from '../../src/plan/index.ts';
import { annotated, folder, linesOf, planFile } from './plan-file.ts';

test('good rows have a blank `fault`, and the others all that is wrong', async () => {
  expect(await annotated('note,area_code,quantity\nb,212,5\na,21,x\n')).toEqual([
    'note,area_code,quantity,fault',
    'b,212,5,',
    'a,21,x,"area_code ""21"" has 2 digits. Write 3 or 6 digits, such as 212 or ' +
      '212-555; quantity ""x"" is not a number. Write a whole number from 1 to ' +
      '100,000"',
  ]);
});

test.each([
  ['keeps the delimiter', 'area_code;quantity\n212;5\n', 'area_code;quantity;fault', '212;5;'],
  ['gives a header to a plan without', '212,5\n', 'area_code,quantity,fault', '212,5,'],
  ['replaces earlier errors', 'fault,npa,qty\nold,212,5\n', 'npa,qty,fault', '212,5,'],
  ['lets no cell run as a formula', 'npa,qty,x\n212,5," =1"\n', 'npa,qty,x,fault', "212,5,'=1,"],
])('annotating %s', async (_, plan, header, row) => {
  expect(await annotated(plan)).toEqual([header, row]);
});

test('a row sep=; that named no separator does not name one afterwards', async () => {
  expect(await annotated('\nsep=;\nnpa,qty\n212,5\n')).toEqual(['npa,qty,fault', '212,5,']);
});

test('a plan whose name ends with .part is left as it is', async () => {
  const path = await planFile('npa,qty\n212,5\n');
  const plan = `${path}.part`;
  await rename(path, plan);
  await annotatePlan(plan, path);
  expect(await readFile(plan, 'utf8')).toBe('npa,qty\n212,5\n');
  expect(await readFile(path, 'utf8')).toBe('\ufeffnpa,qty,fault\r\n212,5,\r\n');
});

test('a surplus cell is kept, behind the errors', async () => {
  const [, row] = await annotated('npa,qty\n212,1,000\n');
  expect(row).toMatch(/^212,1,".*no column.*",000$/);
});

test('a row that ended early is filled up, and says so', async () => {
  const row = (await annotated('area_code,quantity,type\n212,5\n'))[1];
  expect(row).toMatch(/^212,5,,.*ended early: if it was cut off, complete it/);
});

test('an annotated plan has the same lines and errors, even when annotated again', async () => {
  const plan = [
    'area_code,quantity,city,,note',
    '212,5,"a\r\nb",,"say ""hi"", =x"',
    '213,-5,+1 (212) 5551212,,@home',
    '213,6,"a lone\nLF",,"and a lone\rCR"',
    '',
    '214,"7",\'quoted,,\'-1',
  ].join('\r\n');
  const path = await planFile(plan);
  const good = await planFile(plan.replace('-5', '6'));
  for (const from of [path, good]) {
    const before = await checkPlan(from);
    expect(before.isMendable).toBe(from === path);
    expect(await annotatePlan(from, `${from}.1`)).toEqual({
      rows: before.rows,
      faultyRows: before.faultyRows,
    });
    await annotatePlan(`${from}.1`, `${from}.2`);
    expect(await readFile(`${from}.2`, 'utf8')).toBe(await readFile(`${from}.1`, 'utf8'));
    const after = await checkPlan(`${from}.2`);
    expect(after).toMatchObject({ faultyRows: before.faultyRows, rows: before.rows });
    expect(after.extraColumns).toEqual(['city', 'note']);
  }
  const unnumbered = (line: object): object => ({ ...line, line: 0 });
  expect((await linesOf(`${good}.1`)).map(unnumbered)).toEqual(
    (await linesOf(good)).map(unnumbered),
  );
});

test.each([
  ['an unclosed quote', 'area_code,quantity\n212,5\n212,"5\n', /Line 3: .*never closed/],
  ['no header to go by', 'city,note\na,b\n', /Line 1: .*none of our columns/],
  ['bytes that are no text', '\0\0\0', /NUL/],
  ['a byte of another code page', Buffer.from('npa,qty\n212,x\n212,\xfc', 'latin1'), /0xFC/],
])('a plan with %s is refused, and nothing is left behind', async (_, content, message) => {
  const path = await planFile(content);
  expect((await checkPlan(path)).isMendable).toBe(false);
  const annotating = annotatePlan(path, join(folder, 'out.csv'));
  await expect(annotating).rejects.toMatchObject({
    code: 'bad_file',
    message: expect.stringMatching(message),
  });
  expect((await readdir(folder)).filter((name) => name.startsWith('out'))).toEqual([]);
});

test('the plan itself is never written over', async () => {
  const path = await planFile('area_code,quantity\n212,x\n');
  await expect(annotatePlan(path, path)).rejects.toMatchObject({ code: 'bad_file' });
  expect(await readFile(path, 'utf8')).toBe('area_code,quantity\n212,x\n');
});

test('only an empty file is replaced', async () => {
  const path = await planFile('area_code,quantity\n212,x\n');
  const keep = 'name,area_code\nmy fault,212\n';
  const own = await planFile(keep);
  await expect(annotatePlan(path, own)).rejects.toMatchObject({
    code: 'bad_file',
    message: `${own} is there already. Name another file, or remove it first.`,
  });
  expect(await readFile(own, 'utf8')).toBe(keep);
  const out = await planFile('');
  await annotatePlan(path, out);
  expect(await readFile(out, 'utf8')).toMatch(/,fault\r\n/);
  await expect(annotatePlan(path, out)).rejects.toMatchObject({ code: 'bad_file' });
});

test('a place that cannot be written is named', async () => {
  const path = await planFile('area_code,quantity\n212,5\n');
  const out = join(folder, 'none', 'out.csv');
  await expect(annotatePlan(path, out)).rejects.toMatchObject({
    code: 'no_file',
    message: expect.stringContaining(out),
  });
});
