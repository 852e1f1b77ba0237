import { faultOfName } from '../name-rule.ts';
import type { Person } from './person.ts';
import type { Role } from './role.ts';

type Headers = Record<string, string | string[] | undefined>;

/**
 * Who a proxy says has signed in: `X-Forwarded-User`, and the groups in `X-Forwarded-Groups`.
 * Undefined without a name, or with one that nobody may have. Headers that came twice are joined by
 * a comma, and so is a name that a stranger added to the proxy's own: no name has a comma here.
 */
export function personOfProxy(
  headers: Headers,
  rolesOf: (groups: string[]) => readonly Role[],
): Person | undefined {
  const name = utf8(single(headers['x-forwarded-user'])).trim();
  if (name === '' || name.includes(',') || faultOfName(name) !== null) return undefined;
  const groups = utf8(single(headers['x-forwarded-groups']))
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  return { name, how: 'proxy', roles: rolesOf(groups) };
}

const single = (header: string | string[] | undefined): string => [header ?? ''].flat().join(',');

/** Node gives bytes of headers as Latin-1. */
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');
