import { appendFile, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkPlan, type Line, readLines } from '../../src/plan/index.ts';
import { planFile } from './plan-file.ts';

async function collect(batches: AsyncGenerator<Line[]>, into: Line[][] = []): Promise<Line[][]> {
  for await (const batch of batches) into.push(batch);
  return into;
}

const rows = (count: number): string => '212,5\n'.repeat(count);

test(
  'lines come in the order of the file, in batches of 1000, without the skipped ' + 'ones',
  async () => {
    const path = await planFile(`area_code,quantity\n${rows(1500)}213,0\n${rows(1000)}`);
    const batches = await collect(readLines(path, await checkPlan(path)));
    expect(batches.map((batch) => batch.length)).toEqual([1000, 1000, 500]);
    const expected = Array.from({ length: 2501 }, (_, at) => at + 2).filter(
      (line) => line !== 1502,
    );
    expect(batches.flat().map(({ line }) => line)).toEqual(expected);
  },
);

test('a whole number of batches is not followed by an empty one', async () => {
  const path = await planFile(`area_code,quantity\n${rows(1000)}`);
  expect(await collect(readLines(path, await checkPlan(path)))).toHaveLength(1);
});

test('a plan with errors gives no line, and reports them', async () => {
  const path = await planFile(`area_code,quantity\n${rows(5000)}212,x\n`);
  const check = await checkPlan(path);
  const seen: Line[][] = [];
  await expect(collect(readLines(path, check), seen)).rejects.toMatchObject({
    code: 'bad_plan',
    message: expect.stringContaining('line 5002'),
    details: { faultCount: 1, faults: check.faults },
  });
  expect(seen).toEqual([]);
});

test.each([
  ['another good line', (path: string) => appendFile(path, '213,5\n')],
  ['an invalid line', (path: string) => appendFile(path, '213,x\n')],
  ['an unclosed quote', (path: string) => appendFile(path, '213,"5\n')],
  ['no line, only a blank', (path: string) => appendFile(path, '\n')],
  ['other quantities', (path: string) => writeFile(path, 'area_code,quantity\n212,6\n')],
  ['nothing left', (path: string) => writeFile(path, '')],
])('a file that was changed after its check is refused: %s', async (_, change) => {
  const path = await planFile('area_code,quantity\n212,5\n');
  const check = await checkPlan(path);
  await change(path);
  await expect(collect(readLines(path, check))).rejects.toMatchObject({
    code: 'bad_file',
    message: expect.stringContaining('changed'),
  });
});

test('a file that vanished after its check is refused', async () => {
  const path = await planFile('area_code,quantity\n212,5\n');
  const check = await checkPlan(path);
  await rm(path);
  await expect(collect(readLines(path, check))).rejects.toMatchObject({ code: 'no_file' });
});

test('a plan that was checked with a default quantity is refused without it', async () => {
  const path = await planFile('area_code,quantity\n212,\n');
  const check = await checkPlan(path, { defaultQuantity: 5 });
  await expect(collect(readLines(path, check))).rejects.toMatchObject({ code: 'bad_plan' });
});
