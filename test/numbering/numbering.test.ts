import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, embeddedNumbering } from '../../src/numbering/index.ts';

const numbering = embeddedNumbering();
const TODAY = '2026-08-17';
const codes = numbering.all().map(({ code }) => code);
const aCode = fc.constantFrom(...codes);

describe('the table that the program holds', () => {
  test("is of NANPA's report of 2026-08-17", () => {
    expect(numbering.fileDate).toBe('2026-08-17');
    expect(numbering.sha256).toMatch(/^f0571380d2a44dec/);
  });

  test('has the codes in service of the US and Canada, and the toll-free ones', () => {
    const inService = numbering.all().filter(({ code }) => numbering.isInService(code, TODAY));
    const of = (country: string) =>
      inService.filter((each) => each.kind === 'geographic' && each.country === country);
    expect([of('US').length, of('CA').length]).toEqual([378, 55]);
    expect([...of('US'), ...of('CA')].filter(({ overlays }) => overlays.length === 0)).toHaveLength(
      115,
    );
    expect(inService.filter(({ kind }) => kind === 'toll-free').map(({ code }) => code)).toEqual([
      '800',
      '833',
      '844',
      '855',
      '866',
      '877',
      '888',
    ]);
    expect(codes).toHaveLength(490);
  });
});

test.each([
  ['212', ['332', '646', '917']],
  ['404', ['470', '678', '943']],
  ['416', ['437', '647', '942']],
  ['917', ['212', '332', '347', '465', '646', '718', '929']],
  ['206', ['564']],
  ['703', ['571']],
  ['929', ['347', '465', '718', '917']],
  ['773', ['872']],
  ['973', ['862']],
  ['954', ['754']],
  ['701', []],
  ['785', []],
  ['802', []],
  ['808', []],
  ['907', []],
  ['800', []],
  ['456', []],
])('the overlays of %s are %j', (code, overlays) => {
  expect(numbering.overlaysOf(code)).toEqual(overlays);
});

test('an overlay is one on both sides, and in the same country', () => {
  fc.assert(
    fc.property(aCode, (code) => {
      for (const other of numbering.overlaysOf(code)) {
        expect(numbering.overlaysOf(other)).toContain(code);
        expect(numbering.find(other)?.country).toBe(numbering.find(code)?.country);
      }
    }),
  );
});

test.each([
  ['212', 'New York'],
  ['416', 'Ontario'],
  ['902', 'Nova Scotia and Prince Edward Island'],
  ['867', 'Northwest Territories, Yukon, and Nunavut'],
  ['670', 'Northern Mariana Islands'],
  ['758', 'St. Lucia'],
  ['268', 'Antigua and Barbuda'],
  ['888', 'toll-free'],
  ['633', 'non-geographic'],
  ['935', null],
  ['911', null],
])('%s is described as %s', (code, words) => {
  expect(numbering.describe(code)).toBe(words);
});

test('no region is left as two letters', () => {
  const short = codes.filter((code) => /^[A-Z]{2}\b/.test(numbering.describe(code)!));
  expect(short).toEqual([]);
});

test('a code is in service from its day on', () => {
  expect(numbering.isInService('465', '2026-06-17')).toBe(false);
  expect(numbering.isInService('465', '2026-06-18')).toBe(true);
  expect(numbering.isInService('273', '2027-02-26')).toBe(false);
  expect(numbering.isInService('273', '2027-02-27')).toBe(true);
  for (const code of ['565', '761', '935']) {
    expect(numbering.isInService(code, '2040-01-01')).toBe(false);
  }
});

describe('nearby', () => {
  const near = (code: string, miles: number, cross = false) =>
    numbering.nearby(code, miles, { today: TODAY, cross });

  test('are the codes of the same state, nearest first', () => {
    const found = near('212', 25);
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['332', '646', '917', '718']),
    );
    expect(found.every(({ code }) => numbering.describe(code) === 'New York')).toBe(true);
    expect(found.map(({ miles }) => miles)).toEqual(
      found.map(({ miles }) => miles).toSorted((a, b) => a - b),
    );
  });

  test('are of other states, too, where that is allowed, and of no other country', () => {
    const found = near('212', 25, true).map(({ code }) => code);
    expect(found).toEqual(expect.arrayContaining(['201', '551', '718']));
    const across = near('313', 300, true).map(({ code }) => numbering.find(code)?.country);
    expect([...new Set(across)]).toEqual(['US']);
  });

  test('are none but the overlays where the documents say so', () => {
    expect(near('954', 25).map(({ code }) => code)).toEqual(['754']);
    for (const code of ['701', '785', '802', '808', '907']) expect(near(code, 25)).toEqual([]);
  });

  test('are none without a centre or a place', () => {
    for (const code of ['787', '800', '935', '242']) expect(near(code, 10_000, true)).toEqual([]);
  });

  test('are no codes that are not yet in service', () => {
    const found = near('418', 500).map(({ code }) => code);
    expect(found).toContain('367');
    expect(found).not.toContain('273');
    const later = numbering.nearby('418', 500, { today: '2027-03-01' });
    expect(later.map(({ code }) => code)).toContain('273');
  });

  test('is mutual, and never the code itself', () => {
    fc.assert(
      fc.property(aCode, fc.integer({ min: 0, max: 600 }), fc.boolean(), (code, miles, cross) => {
        for (const other of near(code, miles, cross)) {
          expect(other.code).not.toBe(code);
          expect(other.miles).toBeLessThanOrEqual(miles);
          const own = numbering.isInService(code, TODAY);
          const back = near(other.code, miles, cross).filter((each) => each.code === code);
          expect(back).toEqual(own ? [{ code, miles: other.miles }] : []);
        }
      }),
    );
  });
});

test('the codes of a region are those in service, of all its regions', () => {
  expect(numbering.inRegionOf('907', TODAY)).toEqual([]);
  expect(numbering.inRegionOf('302', TODAY)).toEqual([]);
  expect(numbering.inRegionOf('902', TODAY)).toEqual(['782']);
  expect(numbering.inRegionOf('502', TODAY)).not.toContain('761');
  expect(numbering.inRegionOf('809', TODAY)).toEqual(['829', '849']);
  expect(numbering.inRegionOf('888', TODAY)).toEqual([]);
});

test('a table older than 180 days is said to be old', () => {
  expect(numbering.ageWarning('2027-02-13')).toBeNull();
  expect(numbering.ageWarning('2027-02-14')).toBe(
    "The area codes are those of NANPA's report of 2026-08-17, which is 181 days old. " +
      'NUMBERING_FILE may name a newer one.',
  );
  expect(numbering.ageInDays('2026-08-16')).toBe(-1);
});

test('a day is that of UTC', () => {
  expect(dayOf(new Date('2026-12-31T23:59:59-01:00'))).toBe('2027-01-01');
});
