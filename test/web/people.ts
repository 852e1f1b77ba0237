import { scryptSync } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Account, Ledger } from '../../src/ledger/index.ts';
import {
  makeToken,
  ROLES,
  type Role,
  type TokenWish,
  type UsersFile,
} from '../../src/people/index.ts';
import { press } from './pages-forms.ts';
import { openSite, type Site } from './site.ts';

/** The password of all users here. */
export const PASSWORD = 'correct horse battery';

/** As cheap as a hash may be, unless it is made several times over: tests check many. */
export function cheapHash(password: string, p = 1): string {
  const salt = Buffer.from('salt of the tests');
  const key = scryptSync(password, salt, 32, { N: 1024, r: 1, p });
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=10,r=1,p=${p}$${text(salt)}$${text(key)}`;
}

const HASH = cheapHash(PASSWORD);

/** A user for each role, whose name says it, and groups for proxies. */
export function usersFile(): UsersFile {
  return {
    session_key: Buffer.alloc(32, 7).toString('base64url'),
    users: ROLES.map((role) => ({ name: nameOf(role), password: HASH, roles: [role] })),
    groups: { buyers: ['submit'], bosses: ['approve', 'submit'], owners: ['admin'] },
  };
}

export const nameOf = (role: Role): string => `${role}-person`;

export const basic = (name: string, password = PASSWORD) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

/** What a person with that role sends along, who signed in by a password. */
export const as = (role: Role): OutgoingHttpHeaders => basic(nameOf(role));

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A token with that role, made as the command line makes it. */
export async function tokenFor(
  { ledger }: Pick<Site, 'ledger'>,
  role: TokenWish['role'],
  name = `${role}-token`,
): Promise<string> {
  const { token } = await makeToken(ledger, { name, role, days: 1 }, { who: 'system:test' });
  return token;
}

/** Signs in on the page; returns the cookie, as the browser sends it back. */
export async function signedIn(site: Site, name: string, password = PASSWORD): Promise<string> {
  const answer = await sendForm(site, { name, password, to: '/' });
  const [cookie = ''] = answer.headers['set-cookie'] ?? [];
  if (answer.status !== 303) throw new Error(`Nobody signed in: ${answer.text}`);
  return cookie.split(';')[0]!;
}

export const HTML = { accept: 'text/html,application/xhtml+xml' };

/** A site whose file of users changes with `users.latest`. */
export async function siteWith(
  given: { ledger: Ledger; account: Account },
  options: Parameters<typeof openSite>[1] = {},
) {
  const users: { latest: UsersFile } = { latest: usersFile() };
  return { users, site: await openSite(given, { users, ...options }) };
}

/** Sends the form of the page to sign in on. */
export const sendForm = (site: Site, fields: Record<string, string>, headers = {}) =>
  press(site, '/sign-in', fields, headers);
