import { createHook } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { hashPassword, openPasswords, type UsersFile } from '../../src/people/index.ts';
import { isPassword, isPasswordHash } from '../../src/people/password.ts';
import { atEnd } from '../support/clean-up.ts';
import { cheapHash } from '../web/people.ts';

const TURN = { from: '127.0.0.1', mayTry: () => {} };

const PASSWORD = 'correct horse battery';

const users = (...hashes: string[]): UsersFile => ({
  session_key: 'A'.repeat(43),
  users: hashes.map((password, at) => ({ name: `user ${at}`, password, roles: ['view'] })),
});

/** How often scrypt has begun since. */
function countScrypt() {
  const counter = { runs: 0, now: 0 };
  const hook = createHook({
    init(_id, type) {
      if (type === 'SCRYPTREQUEST') counter.runs += 1;
    },
  }).enable();
  atEnd(() => void hook.disable());
  return counter;
}

/** More than a server could bear. */
const BEYOND = cheapHash(PASSWORD, 9);

describe('a hash', () => {
  test('is of its password only, and another one each time', async () => {
    const [one, other] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
    expect(one).not.toBe(other);
    expect(isPasswordHash(one)).toBe(true);
    expect(await isPassword(PASSWORD, one)).toBe(true);
    expect(await isPassword(`${PASSWORD} `, cheapHash(PASSWORD))).toBe(false);
    expect(await isPassword('', cheapHash(PASSWORD))).toBe(false);
    expect(await isPassword(PASSWORD, undefined)).toBe(false);
    expect(await isPassword(PASSWORD, BEYOND)).toBe(false);
  });

  test.each([
    '',
    'correct horse battery',
    '$scrypt$ln=15,r=8,p=1$$',
    cheapHash(PASSWORD).replace('ln=10', 'ln=9'),
    cheapHash(PASSWORD).replace('ln=10', 'ln=30'),
    cheapHash(PASSWORD).replace('r=1', 'r=99'),
    BEYOND,
    cheapHash(PASSWORD).replace('p=1', 'p=0'),
    `${cheapHash(PASSWORD)}x`,
  ])('is not %j, which a server could not bear or read', (text) => {
    expect(isPasswordHash(text)).toBe(false);
  });
});

describe('a right password', () => {
  test('is derived once a minute, however many requests bring it together', async () => {
    const directory = { webUser: null, users: users(cheapHash(PASSWORD)) };
    const counter = countScrypt();
    const passwords = openPasswords(() => counter.now);
    const ask = () => passwords.isRight(directory, 'user 0', PASSWORD, TURN);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([true, true, true]);
    expect(counter.runs).toBe(1);
    counter.now += 59_000;
    expect(await ask()).toBe(true);
    expect(counter.runs).toBe(1);
    counter.now += 2_000;
    expect(await ask()).toBe(true);
    expect(counter.runs).toBe(2);
  });

  test('is of no use when the stored one has changed, or for another user', async () => {
    const passwords = openPasswords(() => 0);
    const before = { webUser: null, users: users(cheapHash(PASSWORD), cheapHash('other words')) };
    expect(await passwords.isRight(before, 'user 0', PASSWORD, TURN)).toBe(true);
    expect(await passwords.isRight(before, 'user 1', PASSWORD, TURN)).toBe(false);
    const after = { webUser: null, users: users(cheapHash('new words here')) };
    expect(await passwords.isRight(after, 'user 0', PASSWORD, TURN)).toBe(false);
    const gone = { webUser: null, users: users() };
    expect(await passwords.isRight(gone, 'user 0', PASSWORD, TURN)).toBe(false);
  });
});

test('a wrong password costs as much for a name that nobody has', async () => {
  const directory = { webUser: null, users: users(cheapHash(PASSWORD)) };
  const counter = countScrypt();
  const passwords = openPasswords(() => 0);
  expect(await passwords.isRight(directory, 'user 0', 'wrong', TURN)).toBe(false);
  expect(counter.runs).toBe(1);
  expect(await passwords.isRight(directory, 'nobody', PASSWORD, TURN)).toBe(false);
  expect(counter.runs).toBe(2);
});

test('one admin of WEB_USER is compared, and scrypt is not asked', async () => {
  const counter = countScrypt();
  const passwords = openPasswords(() => 0);
  const directory = { webUser: { user: 'ops', password: 'let me in: please' }, users: null };
  expect(await passwords.isRight(directory, 'ops', 'let me in: please', TURN)).toBe(true);
  expect(await passwords.isRight(directory, 'ops', 'let me in', TURN)).toBe(false);
  expect(await passwords.isRight(directory, 'ops:let me in', ' please', TURN)).toBe(false);
  expect(counter.runs).toBe(0);
});
