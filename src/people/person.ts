import { systemUser } from '../ledger/index.ts';
import { includesRole, type Role } from './role.ts';

/**
 * Who asks. `open`: nobody signs in here, so it is anyone on this machine. `web_user`: everyone who
 * knows the password of WEB_USER.
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

/** Whether the sign-in says who asks. That of WEB_USER does not: many may know its password. */
export const isNamed = ({ how }: Person): boolean => how !== 'open' && how !== 'web_user';
