import { resolve } from 'node:path';
import { faultOfName } from '../name-rule.ts';
import { isLoopbackHost, type ProxyAddresses, readProxyAddresses } from './addresses.ts';
import { requireBoth } from './environment.ts';
import { faultOfPassword } from './password-rule.ts';
import type { Variables } from './variables.ts';

/** Who may use the web. */
export type PeopleConfig = {
  /** Null: no sign-in is needed, which is only possible on loopback. */
  signIn: { user: string; password: string } | null;
  /** The file of those who may sign in, and their roles; null: none. */
  usersFile: string | null;
  /** The proxies that are believed to have signed people in; null: none. */
  proxies: ProxyAddresses | null;
  /** Whether the board has its buttons; null: unless there is a USERS_FILE. */
  boardControls: boolean | null;
};

function checkPassword(password: string, host: string | undefined, faults: string[]): void {
  const fault = host === undefined || isLoopbackHost(host) ? null : faultOfPassword(password);
  if (fault === null) return;
  faults.push(
    `WEB_PASSWORD ${fault}, for a page that other machines reach (HOST is ${host}). ` +
      '"openssl rand -hex 16" makes one.',
  );
}

/**
 * The server itself refuses to open to others without a sign-in. It is no fault here, because some
 * systems set HOST to the machine's name, and the command line must still work.
 */
export function signInConfig(
  { WEB_USER: user, WEB_PASSWORD: password, HOST: host }: Variables,
  faults: string[],
): PeopleConfig['signIn'] {
  if (user !== undefined && password !== undefined) {
    const fault = faultOfName(user);
    if (fault) faults.push(`WEB_USER ${fault}.`);
    checkPassword(password, host, faults);
    return Object.freeze({ user, password });
  }
  requireBoth({ WEB_USER: user, WEB_PASSWORD: password }, faults);
  return null;
}

/** The file of users, and the proxies whose sign-ins count. */
export function peopleConfig(
  { USERS_FILE: file, PROXY_SIGN_IN_FROM: from, BOARD_CONTROLS: controls }: Variables,
  folder: string,
  faults: string[],
): Omit<PeopleConfig, 'signIn'> {
  if (from && !file) {
    faults.push(
      'PROXY_SIGN_IN_FROM is set without USERS_FILE, whose groups say who may do what: set both.',
    );
  }
  return {
    usersFile: file === undefined ? null : resolve(folder, file),
    proxies: from === undefined ? null : readProxyAddresses(from, faults),
    boardControls: controls === undefined ? null : controls === 'true',
  };
}
