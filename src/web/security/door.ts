import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Sources } from '../../config/index.ts';
import { AppError } from '../../errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Log } from '../../log.ts';
import type { Meters } from '../../monitor/index.ts';
import {
  accountOf,
  type Directory,
  makeSession,
  openPasswords,
  openTokens,
  type Person,
  personOfProxy,
  readSession,
  rolesOfGroups,
} from '../../people/index.ts';
import { sessionOf } from './cookie.ts';
import { openGuesses } from './guesses.ts';

/** Tells who asks, by all the ways there are to sign in. */
export type Door = {
  /** False: nobody signs in here, and everyone on this machine may do everything. */
  readonly isLocked: boolean;
  /** Whether people sign in on a page. */
  readonly hasSignInPage: boolean;
  /**
   * Undefined for nobody that we know. Throws AppError `busy` after too many wrong passwords, and
   * `invalid_usage` when a proxy's headers cannot be believed.
   */
  personOf(request: FastifyRequest): Promise<Person | undefined>;
  /**
   * A session for who gave the right name and password; undefined for wrong ones. Throws `busy`.
   */
  signIn(request: FastifyRequest, name: string, password: string): Promise<string | undefined>;
};

type Context = {
  ledger: Ledger;
  log: Pick<Log, 'warn'>;
  meters: Pick<Meters, 'signInFailed'>;
  /** The user of this machine. */
  user: string;
};

type Ways = { directory: Directory; proxies: Sources | null };

/**
 * Wrong passwords and tokens are logged and counted, and after too many the sender must wait. The
 * directory is read at each request, because it may change.
 */
export function openDoor(
  { ledger, log, meters, user }: Context,
  { directory, proxies }: Ways,
): Door {
  const now = () => performance.now();
  const guesses = openGuesses(now);
  const passwords = openPasswords(now);
  const tokens = openTokens(ledger, now);
  const isLocked = directory.webUser !== null || directory.users !== null;

  /** Behind a proxy that is believed, the address that the proxy names. */
  function senderOf({ ip, socket, headers }: FastifyRequest): string {
    if (!proxies?.has(socket.remoteAddress)) return ip;
    const named =
      String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim() ?? '';
    return isIP(named) === 0 ? ip : named;
  }

  function requireTurn(address: string, name: string): void {
    const waitS = guesses.waitS(address, name);
    if (waitS === 0) return;
    meters.signInFailed('throttled');
    throw tooMany(waitS);
  }

  function noteWrong(address: string, name: string, what: string): void {
    guesses.wasWrong(address, name);
    meters.signInFailed('wrong');
    // What is nobody's name may be a password or a token that came in the wrong place.
    const known = accountOf(directory, name) ? { name } : {};
    log.warn({ address, ...known }, what);
  }

  async function checked(request: FastifyRequest, name: string, password: string) {
    const ip = senderOf(request);
    const mayTry = () => requireTurn(ip, name);
    mayTry();
    // Once more when its turn comes: others may have failed meanwhile.
    const turn = { from: ip, mayTry };
    if (await passwords.isRight(directory, name, password, turn)) return accountOf(directory, name);
    noteWrong(ip, name, 'a wrong user or password');
    return undefined;
  }

  async function byToken(request: FastifyRequest, token: string): Promise<Person | undefined> {
    const person = await tokens.personOf(token);
    // Nobody guesses a token, so a right one never waits.
    if (person) return person;
    const ip = senderOf(request);
    // Nobody's name: strangers who guess keep out only themselves.
    requireTurn(ip, `a token from ${ip}`);
    noteWrong(ip, `a token from ${ip}`, 'a wrong token');
    return undefined;
  }

  async function byHeader(request: FastifyRequest, authorization: string) {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token !== undefined) return byToken(request, token);
    const { name, password } = credentialsIn(authorization);
    return (await checked(request, name, password))?.person;
  }

  function bySession(request: FastifyRequest): Person | undefined {
    const value = sessionOf(request);
    const { users } = directory;
    if (value === undefined || !users) return undefined;
    const find = (name: string) => {
      const account = accountOf(directory, name);
      return account && { name, ...account };
    };
    return readSession(users.session_key, value, find, Date.now())?.person;
  }

  function byProxy({ socket, raw }: FastifyRequest): Person | undefined {
    // The other end of the connection, which no header changes.
    if (!proxies?.has(socket.remoteAddress)) return undefined;
    return personOfProxy(raw.headersDistinct, (groups) => rolesOfGroups(directory, groups));
  }

  return {
    isLocked,
    hasSignInPage: directory.users !== null,
    async personOf(request) {
      if (!isLocked) return { name: user, how: 'open', roles: ['admin'] };
      const proxied = byProxy(request);
      if (proxied) return proxied;
      const { authorization } = request.headers;
      if (authorization !== undefined) return byHeader(request, authorization);
      return bySession(request);
    },
    async signIn(request, name, password) {
      const account = await checked(request, name, password);
      if (!account || !directory.users) return undefined;
      const { secret } = account;
      return makeSession(directory.users.session_key, { name, secret }, Date.now());
    },
  };
}

function tooMany(retryAfterS: number): AppError {
  return new AppError(
    'busy',
    `Wrong passwords were tried too often. Try again in ${retryAfterS} s.`,
    { retryAfterS },
  );
}

/** Blank for a header that cannot be read, which is nobody's name. */
function credentialsIn(authorization: string): { name: string; password: string } {
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization) ?? [];
  const whole = Buffer.from(encoded, 'base64').toString('utf8');
  const at = whole.indexOf(':');
  return at < 0 ? { name: whole, password: '' } : split(whole, at);
}

const split = (whole: string, at: number) => ({
  name: whole.slice(0, at),
  password: whole.slice(at + 1),
});
