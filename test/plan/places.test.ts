/** Columns that say where the numbers are to be: they catch a mistyped area code. */
import { describe, expect, test } from 'vitest';
import { asked } from './plan-file.ts';

describe('another place than that of the area code must be answered:', () => {
  test.each([
    ['state', 'CA'],
    ['State', 'california'],
    ['State/Province', 'ON'],
    ['st', 'nj'],
    ['province', 'Ontario'],
    ['region', 'Texas'],
    ['country', 'UK'],
    ['Country', 'Canada'],
  ])('%s %s', async (name, cell) => {
    expect(await asked(`area_code,quantity,${name}\n212,10,${cell}\n`)).toEqual([
      `${name} "${cell}" is not where 212 is, which is New York. If the area code is mistyped, ` +
        'correct it.',
    ]);
  });

  test('far down in a plan that is read from its bytes, once for all', async () => {
    const rows = 'NY,212,5\n'.repeat(5_000);
    const content = `state,area_code,quantity\n${rows}CA,212,5\nNY,212,6\nTX,917,5\n`;
    expect(await asked(content)).toEqual([
      expect.stringMatching(/^state "CA" .* The same on line 5,004\.$/),
    ]);
  });

  test.each([
    ['state', '212', 'NY'],
    ['state', '212', 'New York'],
    ['State', '202', 'DC'],
    ['state', '212', 'N.Y.'],
    ['state', '212', 'East'],
    ['state', '212', ''],
    ['region', '212', 'North'],
    ['country', '212', 'USA'],
    ['country', '212', 'U.S.'],
    ['country', '212', 'United States of America'],
    ['country', '787', 'Puerto Rico'],
    ['country', '787', 'US'],
    ['country', '212', '-'],
    ['city', '212', 'California'],
  ])('not %s of %s: %s', async (name, code, cell) => {
    expect(await asked(`area_code,quantity,${name}\n${code},10,${cell}\n`)).toEqual([]);
  });
});
