import type { Token } from '../documents/index.ts';
import { AppError } from '../errors.ts';
import { personsOf } from './approvals/persons.ts';
import { type By, nameOf, noteEvent } from './events.ts';
import type { Ledger } from './ledger.ts';

type NewToken = { name: string; role: string; hash: string; days: number };

const TOKEN_SQL = `name, role, made_by as "madeBy", made_at as "madeAt", ends_at as "endsAt",
  revoked_at as "revokedAt"`;

/** Keeps a token by its SHA-256 in hex. Throws AppError `wrong_state` while its name is in use. */
export async function keepToken(ledger: Ledger, token: NewToken, by: By): Promise<Token> {
  const { name, role, hash, days } = token;
  return ledger.transaction(async (tx) => {
    const [kept] = await tx.query<Token>(
      `insert into ledger.tokens as t (name, hash, role, made_by, ends_at, makers)
       values ($1, $2, $3, $4, ledger.now() + make_interval(days => $5), $6::text[])
       on conflict (name) do update set hash = excluded.hash, role = excluded.role,
         made_by = excluded.made_by, made_at = excluded.made_at, ends_at = excluded.ends_at,
         -- What an earlier one of the name submitted stays its maker's own.
         makers = t.makers || excluded.makers, revoked_at = null
       where t.revoked_at is not null or t.ends_at <= ledger.now()
       returning ${TOKEN_SQL}`,
      [name, hash, role, nameOf(by), days, await personsOf(tx, by)],
    );
    if (!kept) {
      throw new AppError(
        'wrong_state',
        `There is a token "${name}" already. Revoke it, or give the new one another name.`,
        { name },
      );
    }
    await noteEvent(tx, { kind: 'token_made', ...by, detail: { token: name, role, days } });
    return kept;
  });
}

/** All tokens, by name; those that ended or were revoked, too. */
export function listTokens(ledger: Ledger): Promise<Token[]> {
  return ledger.query<Token>(`select ${TOKEN_SQL} from ledger.tokens order by name`);
}

/** The token with this SHA-256, while it holds; undefined for any other. */
export async function findToken(
  ledger: Ledger,
  hash: string,
): Promise<{ name: string; role: string } | undefined> {
  const [found] = await ledger.query<{ name: string; role: string }>(
    `select name, role from ledger.tokens
     where hash = $1 and revoked_at is null and ends_at > ledger.now()`,
    [hash],
  );
  return found;
}

/** Ends a token. Throws AppError `not_found` when none of that name holds. */
export async function revokeToken(ledger: Ledger, name: string, by: By): Promise<Token> {
  return ledger.transaction(async (tx) => {
    const [token] = await tx.query<Token>(
      `update ledger.tokens set revoked_at = ledger.now()
       where name = $1 and revoked_at is null returning ${TOKEN_SQL}`,
      [name],
    );
    if (!token) {
      const message = `There is no token "${name}" that could be revoked.`;
      throw new AppError('not_found', message, { name });
    }
    await noteEvent(tx, { kind: 'token_revoked', ...by, detail: { token: name } });
    return token;
  });
}
