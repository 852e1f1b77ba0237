import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';
import { openSlots } from '../timing/index.ts';
import { isPassword } from './password.ts';
import type { Person } from './person.ts';
import { includesRole, ROLES, type Role } from './role.ts';
import type { UsersFile } from './users-file.ts';

export type SignIn = { user: string; password: string };

/** Somebody who can sign in with a password. `secret`: a session ends when it changes. */
type KnownPerson = { person: Person; secret: string };

/** Who may sign in. It is read at each request, because both may change while the program runs. */
export type Directory = {
  /** The one admin of WEB_USER and WEB_PASSWORD. */
  readonly webUser: SignIn | null;
  /** USERS_FILE. */
  readonly users: UsersFile | null;
};

/** Throws AppError `bad_config` when one name would mean two people. */
export function requireOneEach({ webUser, users }: Directory): void {
  if (!users?.users.some(({ name }) => name === webUser?.user)) return;
  throw new AppError(
    'bad_config',
    `WEB_USER is "${webUser?.user}", and USERS_FILE has a user of that name. Rename one of them.`,
  );
}

/** The one of that name; undefined when there is none. */
export function knownPerson({ webUser, users }: Directory, name: string): KnownPerson | undefined {
  const user = users?.users.find((each) => each.name === name);
  if (user) {
    const { password, roles } = user;
    return { person: { name, how: 'user', roles }, secret: digest(password).toString('base64url') };
  }
  if (webUser?.user !== name) return undefined;
  return {
    person: { name, how: 'web_user', roles: ['admin'] },
    secret: digest(webUser.password).toString('base64url'),
  };
}

/** The roles of the groups that a proxy names, without those that others include. */
export function rolesOfGroups({ users }: Directory, groups: string[]): Role[] {
  const all = groups.flatMap((group) =>
    Object.hasOwn(users?.groups ?? {}, group) ? (users?.groups?.[group] ?? []) : [],
  );
  return ROLES.filter((role) => all.includes(role) && !isIncluded(role, all));
}

const isIncluded = (role: Role, all: Role[]): boolean =>
  all.some((other) => other !== role && includesRole([other], role));

export type Passwords = ReturnType<typeof openPasswords>;

type PasswordTry = {
  /** The sender's address. */
  from: string;
  /** Called right before the password is tried. Throws when it may not be tried any more. */
  mayTry: () => void;
};

/** Passwords of one sender that wait for their turn, and senders that have such. */
const MOST_WAITING = 4;
const MOST_SENDERS = 20;

/** A right password is not derived again so soon, ms. */
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 1_000;

/**
 * Checks passwords one after the other, so that strangers cannot use up processors and memory. A
 * right one is remembered for a minute by a keyed hash, which covers the stored hash as well: a new
 * password makes the old one useless. `now` only goes forward, ms.
 */
export function openPasswords(now: () => number) {
  const key = randomBytes(32);
  const until = new Map<string, number>();
  const underWay = new Map<string, Promise<boolean>>();
  const inTurn = openTurns();
  return {
    /**
     * Whether it is that name's password, at the moment. Throws AppError `busy` when the sender,
     * or all together, have too many passwords that wait for their turn.
     */
    async isRight(
      { webUser, users }: Directory,
      name: string,
      password: string,
      { from, mayTry }: PasswordTry,
    ): Promise<boolean> {
      const user = users?.users.find((each) => each.name === name);
      if (!user && webUser) {
        // Takes the same time for all wrong users and passwords.
        const given = digest(JSON.stringify([name, password]));
        const right = digest(JSON.stringify([webUser.user, webUser.password]));
        if (timingSafeEqual(given, right)) return true;
      }
      if (!users) return false;
      const seen = createHmac('sha256', key)
        .update(JSON.stringify([name, password, user?.password]))
        .digest('base64');
      if ((until.get(seen) ?? 0) > now()) return true;
      // A page sends many requests at once: one of them derives the key for all.
      const same = underWay.get(seen);
      if (same) return same;
      const checking = inTurn(from, async () => {
        mayTry();
        if (!(await isPassword(password, user?.password))) return false;
        if (until.size >= MOST_REMEMBERED) until.clear();
        until.set(seen, now() + REMEMBERED_MS);
        return true;
      }).finally(() => underWay.delete(seen));
      underWay.set(seen, checking);
      return checking;
    },
  };
}

/** One after the other. Throws AppError `busy` when too many wait, of this sender or in all. */
function openTurns() {
  const waiting = new Map<string, number>();
  const oneByOne = openSlots(1);
  return (from: string, work: () => Promise<boolean>): Promise<boolean> => {
    const ahead = waiting.get(from) ?? 0;
    if (ahead >= MOST_WAITING || waiting.size >= MOST_SENDERS) throw tooManyAtOnce();
    waiting.set(from, ahead + 1);
    return oneByOne(work).finally(() => {
      const left = (waiting.get(from) ?? 1) - 1;
      if (left > 0) waiting.set(from, left);
      else waiting.delete(from);
    });
  };
}

function tooManyAtOnce(): AppError {
  const retryAfterS = 10;
  const message = `Too many passwords are being checked. Try again in ${retryAfterS} s.`;
  return new AppError('busy', message, { retryAfterS });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
