import { describe, expect, test } from 'vitest';
import { faultOfName } from '../../src/name-rule.ts';
import { makeSession, mayDo, ROLES, readSession, requireOneEach } from '../../src/people/index.ts';

describe('nobody may be called', () => {
  test.each([
    '',
    ' ',
    'a:b',
    'system:root',
    'a\nb',
    'a\u2028b',
    'a\u202eb',
    ' ada',
    'breaker',
    'RATE',
    '.',
    '..',
    'Grace (signed in as ada)',
    'Grace （signed in as ada）',
    'Grace [ada]',
    '“ada”',
    'a  b',
    'a\u00a0b',
    'a\u200bb',
    'ad\u3164a',
    'ad\u115fa',
    'a\u034fb',
    'token\uff1anightly',
    'token\u02d0nightly',
    'token\ua789nightly',
    'br\u0435aker',
    'swe\u03b5p',
    '\u0301ada',
    '-x',
  ])('%j', (name) => expect(faultOfName(name)).not.toBeNull());

  test('by more than a hundred characters', () => {
    expect(faultOfName('x'.repeat(101))).not.toBeNull();
    expect(faultOfName('x'.repeat(100))).toBeNull();
  });

  test.each([
    'ada',
    'ada@example.com',
    'Åsa Öberg',
    'o’neil',
    '小林',
    '佐々木 ケーシー',
    'J. R. Hopper, 2nd',
    'google-oauth2|1234',
    'OFFICE\\ada',
    'Иван IT',
    'राम',
  ])('but they may %j', (name) => expect(faultOfName(name)).toBeNull());
});

test('a user of the file and WEB_USER are not of one name', () => {
  const users = {
    session_key: '',
    users: [{ name: 'ops', password: '', roles: ['view' as const] }],
  };
  const webUser = { user: 'ops', password: 'x' };
  expect(() => requireOneEach({ webUser, users })).toThrow('Rename one of them');
  expect(() => requireOneEach({ webUser: { ...webUser, user: 'bea' }, users })).not.toThrow();
});

test('each role may do what it includes', () => {
  const may = Object.fromEntries(
    ROLES.map((role) => [
      role,
      ROLES.filter((needed) => mayDo({ name: 'a', how: 'user', roles: [role] }, needed)),
    ]),
  );
  expect(may).toEqual({
    view: ['view'],
    submit: ['view', 'submit'],
    approve: ['view', 'approve'],
    admin: ['view', 'submit', 'approve', 'admin'],
  });
  expect(mayDo({ name: 'a', how: 'proxy', roles: [] }, 'view')).toBe(false);
});

describe('a session', () => {
  const KEY = 'A'.repeat(43);
  const ada = { name: 'Åda.x', secret: 's' };
  const find = (name: string) => (name === ada.name ? ada : undefined);
  const HOUR_MS = 3_600_000;
  const NOW = 1_800_000_000_000;
  const value = makeSession(KEY, ada, NOW);

  test('holds for twelve hours, and not before it was made', () => {
    expect(readSession(KEY, value, find, NOW)).toBe(ada);
    expect(readSession(KEY, value, find, NOW + 12 * HOUR_MS - 1_000)).toBe(ada);
    expect(readSession(KEY, value, find, NOW + 12 * HOUR_MS)).toBeUndefined();
    expect(readSession(KEY, value, find, NOW - HOUR_MS)).toBeUndefined();
  });

  test('is of one key and one secret', () => {
    expect(readSession(`B${KEY.slice(1)}`, value, find, NOW)).toBeUndefined();
    const changed = () => ({ ...ada, secret: 't' });
    expect(readSession(KEY, value, changed, NOW)).toBeUndefined();
    expect(readSession(KEY, value, () => undefined, NOW)).toBeUndefined();
  });
});
