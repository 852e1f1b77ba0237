import { expect, test } from 'vitest';
import { embeddedNumbering, type LocalType } from '../../src/numbering/index.ts';
import { REPORT } from './report-text.ts';

const numbering = embeddedNumbering();
const problem = (areaCode: string, type: LocalType = 'local', today = '2026-08-17') =>
  numbering.problemWith(type, areaCode, today);

test.each<[areaCode: string, type: LocalType]>([
  ['212', 'local'],
  ['907', 'local'],
  ['787', 'local'],
  ['416', 'canadian_local'],
  ['867', 'canadian_local'],
])('%s is fine for %s', (areaCode, type) => {
  expect(problem(areaCode, type)).toBeNull();
});

const ANOTHER = "Write an area code of the line's type.";

test.each<[areaCode: string, type: LocalType, message: string]>([
  ['911', 'local', `it is a service code. ${ANOTHER}`],
  ['988', 'local', 'it is the number of the crisis line'],
  ['555', 'local', 'it is kept for directory assistance'],
  ['950', 'canadian_local', 'it is kept for access to carriers'],
  ['370', 'local', 'it is kept for the growth of the numbering plan'],
  ['969', 'local', 'it is kept for the growth of the numbering plan'],
  ['299', 'local', 'it is kept for the growth of the numbering plan'],
  ['888', 'local', 'For toll-free numbers write the type tollfree'],
  ['822', 'local', 'area_code 822 is a toll-free code, but the type is local.'],
  ['500', 'local', 'area_code 500 belongs to no place'],
  ['710', 'local', `belongs to no place, but the type is local. ${ANOTHER}`],
  ['633', 'canadian_local', `but the type is canadian_local. ${ANOTHER}`],
  [
    '416',
    'local',
    'area_code 416 is in Ontario, Canada, but the type is local. Write the type canadian_local.',
  ],
  ['212', 'canadian_local', 'is in New York, United States'],
  ['809', 'local', 'is in Dominican Republic, and the vendor sells no numbers there.'],
])('%s is an error for %s: %s', (areaCode, type, message) => {
  expect(problem(areaCode, type)).toMatchObject({
    severity: 'error',
    message: expect.stringContaining(message),
  });
});

test.each<[areaCode: string, today: string, message: string]>([
  ['935', '2026-08-17', 'has no numbers there. Correct it if it is mistyped.'],
  ['565', '2026-08-17', 'the day is not known. Write another area code, or wait until it is.'],
  ['465', '2026-06-17', 'not yet in service: it comes on 2026-06-18.'],
])('%s is a warning on %s: %s', (areaCode, today, message) => {
  expect(problem(areaCode, 'local', today)).toMatchObject({
    severity: 'warning',
    message: expect.stringContaining(message),
  });
});

test('a code comes into service with its day', () => {
  expect(problem('273', 'canadian_local')?.message).toContain('it comes on 2027-02-27');
  expect(problem('273', 'canadian_local', '2027-02-27')).toBeNull();
});

test('no place has the codes that the report keeps from all of them', () => {
  const rows = REPORT.toString().split('\r\n').slice(2, -1);
  const kept = rows
    .map((row) => row.split(','))
    .filter(([, , assignable, explanation]) => {
      return assignable === 'No' || /^(Expansion Code|Reserved by INC)$/.test(explanation!);
    })
    .map(([code]) => code);
  const refused = rows
    .map((row) => row.slice(0, 3))
    .filter((code) => problem(code)?.message.startsWith('No place has'));
  // The report gives no reason for 290. All of N9X is kept.
  expect(refused).toEqual([...kept, '290'].sort());
});
