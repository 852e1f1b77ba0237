import { systemUser } from '../ledger/index.ts';
import { includesRole, type Role } from './role.ts';

/**
 * Who asks. `open`: nobody signs in here, so it is whoever has this machine. `web_user`: all who
 * know the password of WEB_USER.
 */
export type Person = {
  name: string;
  how: 'user' | 'token' | 'proxy' | 'web_user' | 'open';
  roles: readonly Role[];
};

export const mayDo = ({ roles }: Person, role: Role): boolean => includesRole(roles, role);

/** The person as the events have it. A token is no person, and says so. */
export function whoIs({ name, how }: Person): string {
  if (how === 'open') return systemUser(name);
  return how === 'token' ? `token:${name}` : name;
}

/** Whether it is one person, who needs to give no name. Many may know WEB_USER's password. */
export const isNamed = ({ how }: Person): boolean => how !== 'open' && how !== 'web_user';

/** Parts of the program, as the events name them: no person may look like one. */
const PARTS = [
  ...['breaker', 'witness', 'reconcile', 'limit', 'sweep', 'vendor', 'rate', 'accounts_file'],
  'prices_file',
];
const LONGEST = 100;

/**
 * Why nobody may be called that; null when they may. A colon ends the name in HTTP's sign-in, and
 * marks tokens and users of the system.
 */
export function faultOfName(name: string): string | null {
  if (name === '' || name.length > LONGEST) return `must have 1 to ${LONGEST} characters`;
  if (/[:\p{C}\p{Zl}\p{Zp}]/u.test(name)) return 'must have no colon and no control character';
  if (name !== name.trim()) return 'must not begin or end with a blank';
  if (PARTS.includes(name.toLowerCase())) return 'is the name of a part of the program';
  return null;
}
