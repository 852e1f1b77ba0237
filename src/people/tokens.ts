import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type By, findToken, keepToken, type Ledger, type Token } from '../ledger/index.ts';
import { faultOfName } from '../name-rule.ts';
import type { Person } from './person.ts';
import { isRole, TOKEN_ROLES } from './role.ts';

const SHAPE = /^bo_[\w-]{43}$/;
/** A token that was found is looked up again only after this: a revocation may take as long. */
const REMEMBERED_MS = 2_000;
const MOST_REMEMBERED = 1_000;

/** Of a token for which nobody says more. */
export const TOKEN_DAYS = 90;
const LONGEST_DAYS = 3_650;

/** What a new token is to be. */
export const TokenWish = z.strictObject({
  name: z.string({ error: 'it must be a text' }).superRefine((text, context) => {
    const fault = faultOfName(text);
    if (fault) context.addIssue(`it ${fault}`);
  }),
  role: z.enum(TOKEN_ROLES, {
    error: ({ input }) =>
      input === 'approve'
        ? 'no token may have the role approve, because only a person approves: say view to look'
        : `it must be one of ${TOKEN_ROLES.join(', ')}`,
  }),
  days: z
    .int({ error: 'it must be a whole number of days' })
    .min(1, 'it must be at least 1')
    .max(LONGEST_DAYS, `it must be at most ${LONGEST_DAYS}`)
    .default(TOKEN_DAYS)
    .describe('how many days it is valid'),
});
export type TokenWish = z.infer<typeof TokenWish>;

/**
 * Makes a token and keeps its hash. The secret is returned this once, and is nowhere else. Throws
 * as `keepToken` does.
 */
export async function makeToken(
  ledger: Ledger,
  { name, role, days }: TokenWish,
  by: By,
): Promise<Token & { token: string }> {
  const token = `bo_${randomBytes(32).toString('base64url')}`;
  const kept = await keepToken(ledger, { name, role, days, hash: hashOf(token) }, by);
  return { ...kept, token };
}

export const isToken = (text: string): boolean => SHAPE.test(text);

export type TokenLookup = (token: string) => Promise<Person | undefined>;

/**
 * Says who signs in with a token; undefined for a wrong one. It remembers what it found for two
 * seconds. It looks for the hash of what was given, so the time that this takes tells nothing about
 * real tokens. `now` only goes forward, ms.
 */
export function tokenLookup(ledger: Ledger, now: () => number): TokenLookup {
  const known = new Map<string, { person: Person; until: number }>();
  return async (token) => {
    if (!isToken(token)) return undefined;
    const hash = hashOf(token);
    const remembered = known.get(hash);
    if (remembered && remembered.until > now()) return remembered.person;
    known.delete(hash);
    const found = await findToken(ledger, hash);
    if (!found || !isRole(found.role)) return undefined;
    const person: Person = { name: found.name, how: 'token', roles: [found.role] };
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(hash, { person, until: now() + REMEMBERED_MS });
    return person;
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
