import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { ProxyAddresses } from '../../config/index.ts';
import { AppError } from '../../errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Log } from '../../log.ts';
import type { Meters } from '../../monitor/index.ts';
import {
  type Directory,
  knownPerson,
  makeSession,
  openPasswords,
  type Passwords,
  type Person,
  personOfProxy,
  readSession,
  rolesOfGroups,
  type TokenLookup,
  tokenLookup,
} from '../../people/index.ts';
import { sessionOf } from './cookie.ts';
import { type Guesses, openGuesses } from './guesses.ts';

type Context = {
  ledger: Ledger;
  log: Pick<Log, 'warn'>;
  meters: Pick<Meters, 'signInFailed'>;
  user: string;
};

type Ways = { directory: Directory; proxies: ProxyAddresses | null };

/**
 * Tells who asks, by all the ways there are to sign in. Wrong passwords and tokens are logged and
 * counted, and after too many the sender must wait. The directory may change at any time.
 */
export class Authenticator {
  /** False: nobody signs in here, and everyone on this machine may do everything. */
  readonly isLocked: boolean;
  /** Whether people sign in on a page. */
  readonly hasSignInPage: boolean;
  readonly #context: Context;
  readonly #directory: Directory;
  readonly #proxies: ProxyAddresses | null;
  readonly #guesses: Guesses;
  readonly #passwords: Passwords;
  readonly #personOfToken: TokenLookup;

  constructor(context: Context, { directory, proxies }: Ways) {
    const now = () => performance.now();
    this.isLocked = directory.webUser !== null || directory.users !== null;
    this.hasSignInPage = directory.users !== null;
    this.#context = context;
    this.#directory = directory;
    this.#proxies = proxies;
    this.#guesses = openGuesses(now);
    this.#passwords = openPasswords(now);
    this.#personOfToken = tokenLookup(context.ledger, now);
  }

  /**
   * Undefined for nobody that we know. Throws AppError `busy` after too many wrong passwords, and
   * `invalid_usage` when a proxy's headers cannot be believed.
   */
  async personOf(request: FastifyRequest): Promise<Person | undefined> {
    if (!this.isLocked) return { name: this.#context.user, how: 'open', roles: ['admin'] };
    const proxied = this.#byProxy(request);
    if (proxied) return proxied;
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#byHeader(request, authorization);
    return this.#bySession(request);
  }

  /** A session; undefined for a wrong name or password. Throws AppError `busy`. */
  async signIn(
    request: FastifyRequest,
    name: string,
    password: string,
  ): Promise<string | undefined> {
    const known = await this.#checked(request, name, password);
    const { users } = this.#directory;
    if (!known || !users) return undefined;
    return makeSession(users.session_key, { name, secret: known.secret }, Date.now());
  }

  #byProxy({ socket, raw }: FastifyRequest): Person | undefined {
    // The other end of the connection, which no header changes.
    if (!this.#proxies?.has(socket.remoteAddress)) return undefined;
    const roles = (groups: string[]) => rolesOfGroups(this.#directory, groups);
    return personOfProxy(raw.headersDistinct, roles);
  }

  async #byHeader(request: FastifyRequest, authorization: string) {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token !== undefined) return this.#byToken(request, token);
    const { name, password } = credentialsIn(authorization);
    return (await this.#checked(request, name, password))?.person;
  }

  async #byToken(request: FastifyRequest, token: string): Promise<Person | undefined> {
    const person = await this.#personOfToken(token);
    // Nobody guesses a token, so a right one never waits.
    if (person) return person;
    const ip = senderOf(request, this.#proxies);
    // Nobody's name: strangers who guess keep out only themselves.
    this.#requireTurn(ip, `a token from ${ip}`);
    this.#noteWrong(ip, `a token from ${ip}`, 'a wrong token');
    return undefined;
  }

  #bySession(request: FastifyRequest): Person | undefined {
    const value = sessionOf(request);
    const { users } = this.#directory;
    if (value === undefined || !users) return undefined;
    const find = (name: string) => {
      const known = knownPerson(this.#directory, name);
      return known && { name, ...known };
    };
    return readSession(users.session_key, value, find, Date.now())?.person;
  }

  async #checked(request: FastifyRequest, name: string, password: string) {
    const ip = senderOf(request, this.#proxies);
    const mayTry = () => this.#requireTurn(ip, name);
    mayTry();
    // Once more when its turn comes: others may have failed meanwhile.
    const isRight = this.#passwords.isRight(this.#directory, name, password, { from: ip, mayTry });
    if (await isRight) return knownPerson(this.#directory, name);
    this.#noteWrong(ip, name, 'a wrong user or password');
    return undefined;
  }

  #requireTurn(address: string, name: string): void {
    const waitS = this.#guesses.waitS(address, name);
    if (waitS === 0) return;
    this.#context.meters.signInFailed('throttled');
    throw tooMany(waitS);
  }

  #noteWrong(address: string, name: string, what: string): void {
    const { meters, log } = this.#context;
    this.#guesses.wasWrong(address, name);
    meters.signInFailed('wrong');
    // What is nobody's name may be a password or a token that came in the wrong place.
    const known = knownPerson(this.#directory, name) ? { name } : {};
    log.warn({ address, ...known }, what);
  }
}

/** Behind a proxy that is believed, the address that the proxy names. */
function senderOf({ ip, socket, headers }: FastifyRequest, proxies: ProxyAddresses | null): string {
  if (!proxies?.has(socket.remoteAddress)) return ip;
  const forwarded = String(headers['x-forwarded-for'] ?? '');
  const named = forwarded.split(',').at(-1)?.trim() ?? '';
  return isIP(named) === 0 ? ip : named;
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
  const [name = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { name, password: password.join(':') };
}
