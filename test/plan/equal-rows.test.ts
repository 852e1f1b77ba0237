import { describe, expect, test } from 'vitest';
import { check } from './plan-file.ts';

describe('rows that ask for the same', () => {
  const header = 'area_code,quantity,type,distance,note\n';

  test('are one warning that names their lines', async () => {
    const rows = ['212,5,,,a', '312,5,,,', '(212),7,local,,b', '212,5,,0,', '212,5,,,c'];
    const { warnings, warningCount } = await check(`${header}${rows.join('\n')}`);
    expect(warningCount).toBe(1);
    expect(warnings).toMatchObject([
      {
        line: 4,
        message: expect.stringMatching(/^2 rows .* line 4 as line 2, line 6 as line 2\.$/),
      },
    ]);
  });

  test('are reported first, and not all by name', async () => {
    const { warnings, warningCount } = await check(`${header}${'212,5,,,\n'.repeat(50)}212,0,,,\n`);
    expect(warningCount).toBe(2);
    expect(warnings[0]?.message).toMatch(/line 12 as line 2 and 39 more\.$/);
  });

  test.each([
    ['another type', '416,5,,,\n416,5,canadian_local,,\n'],
    ['another distance', '212,5,,0,\n212,5,,,\n212,5,,1,\n'],
    ['6 digits', '212,5,,,\n212212,5,,,\n'],
  ])('are none with %s', async (_, rows) => {
    expect(await check(`${header}${rows}`)).toMatchObject({ warningCount: 0, faultCount: 0 });
  });
});
