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

test.each<[areaCode: string, type: LocalType, code: string, message: string]>([
  ['911', 'local', 'unassignable', 'No place has the area code 911: it is a service code.'],
  ['988', 'local', 'unassignable', 'it is the number of the crisis line'],
  ['555', 'local', 'unassignable', 'it is kept for directory assistance'],
  ['950', 'canadian_local', 'unassignable', 'it is kept for access to carriers'],
  ['370', 'local', 'unassignable', 'it is kept for the growth of the numbering plan'],
  ['969', 'local', 'unassignable', 'it is kept for the growth of the numbering plan'],
  ['299', 'local', 'unassignable', 'it is kept for the growth of the numbering plan'],
  ['888', 'local', 'toll_free', 'For toll-free numbers write the type tollfree'],
  ['822', 'local', 'toll_free', 'area_code 822 is a toll-free code, but the type is local.'],
  ['500', 'local', 'non_geographic', 'area_code 500 belongs to no place'],
  ['633', 'canadian_local', 'non_geographic', 'but the type is canadian_local. Check it.'],
  [
    '416',
    'local',
    'other_type',
    'area_code 416 is in Ontario, Canada, but the type is local. Write the type canadian_local.',
  ],
  ['212', 'canadian_local', 'other_type', 'is in New York, United States'],
  ['809', 'local', 'not_sold', 'is in Dominican Republic, and the vendor sells no numbers there.'],
])('%s is an error for %s: %s', (areaCode, type, code, message) => {
  expect(problem(areaCode, type)).toMatchObject({
    severity: 'error',
    code,
    message: expect.stringContaining(message),
  });
});

test.each<[areaCode: string, today: string, code: string, message: string]>([
  ['935', '2026-08-17', 'not_assigned', "not assigned in NANPA's report of 2026-08-17"],
  ['565', '2026-08-17', 'not_in_service', 'not yet in service: the day is not known.'],
  ['465', '2026-06-17', 'not_in_service', 'not yet in service: it comes on 2026-06-18.'],
])('%s is a warning on %s: %s', (areaCode, today, code, message) => {
  expect(problem(areaCode, 'local', today)).toMatchObject({
    severity: 'warning',
    code,
    message: expect.stringContaining(message),
  });
});

test('a code comes into service with its day', () => {
  expect(problem('273', 'canadian_local')).toMatchObject({ code: 'not_in_service' });
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
    .filter((code) => problem(code)?.code === 'unassignable');
  // The report gives no reason for 290. All of N9X is kept.
  expect(refused).toEqual([...kept, '290'].sort());
});
