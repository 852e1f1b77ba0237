import { type AppError, usageError } from '../errors.ts';
import { faultOfName } from '../name-rule.ts';
import type { Person } from './person.ts';
import type { Role } from './role.ts';

const USER = 'x-forwarded-user';
const GROUPS = 'x-forwarded-groups';

/** Each header with all its values, as `headersDistinct` has them. */
type Headers = Record<string, string[] | undefined>;

/**
 * Who a proxy says has signed in: `X-Forwarded-User`, and the groups in `X-Forwarded-Groups`.
 * Undefined when the proxy names nobody: who asks may then sign in here.
 *
 * Throws AppError `invalid_usage` for a header that came twice, or whose name nobody may have: a
 * stranger may have added to the proxy's own. Some proxies join two such headers by a comma.
 */
export function personOfProxy(
  headers: Headers,
  rolesOf: (groups: string[]) => readonly Role[],
): Person | undefined {
  const name = onlyValue(headers, USER).trim();
  const groups = onlyValue(headers, GROUPS)
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  if (name === '') return undefined;
  const fault = name.includes(',') ? 'must have no comma' : faultOfName(name);
  if (fault) throw refused(USER, `its name ${fault}`);
  return { name, how: 'proxy', roles: rolesOf(groups) };
}

function onlyValue(headers: Headers, header: string): string {
  const [value = '', ...more] = headers[header] ?? [];
  if (more.length > 0) throw refused(header, 'it came twice');
  // Node gives bytes of headers as Latin-1.
  return Buffer.from(value, 'latin1').toString('utf8');
}

function refused(header: string, why: string): AppError {
  return usageError(
    `The proxy's header ${header} cannot be believed: ${why}. The proxy must overwrite it.`,
  );
}
