import { Argument, type Command } from 'commander';
import { usageError } from '../errors.ts';
import type { Token } from '../ledger/index.ts';
import type { Operations } from '../operations/index.ts';
import { TOKEN_DAYS, TOKEN_ROLES, TokenWish } from '../people/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import {
  answer,
  answerFault,
  examples,
  newCommand,
  type ScreenLine,
  say,
  shellWord,
  table,
} from '../terminal/index.ts';

type Options = { json?: true; role?: string; days?: string; why?: string };

export function addToken(program: Command): void {
  newCommand(program, 'token')
    .addArgument(new Argument('<action>').choices(['list', 'add', 'revoke']))
    .argument('[name]')
    .option('--role <role>', `what it may do: ${TOKEN_ROLES.join(', ')}`)
    .option('--days <n>', `how many days it is valid, by default ${TOKEN_DAYS}`)
    .option('--why <text>', 'the reason, stored in the events')
    .addHelpText(
      'after',
      examples('token add nightly --role submit --days 90', 'token list', 'token revoke nightly'),
    )
    .action(async (action: string, name: string | undefined, said: Options, command: Command) => {
      const wish = action === 'add' ? readWish(name, said) : null;
      if (action === 'revoke' && name === undefined) throw usageError('Say the name of the token.');
      await using operations = await openOperations(command);
      if (wish) return await add(operations, wish, said);
      if (action === 'revoke') return await revoke(operations, name!, said);
      const tokens = await operations.tokens();
      answer(said.json, tokens, () => describe(tokens));
    });
}

async function add(operations: Operations, wish: TokenWish, { json, why }: Options) {
  const made = await operations.makeToken(wish, { who: actingUser(), why });
  // The rest goes where a person reads it: the output may go to the file of the token.
  answer(json, made, () => [made.token]);
  if (await answerFault()) {
    say(`Nobody has the token: revoke it with "token revoke ${shellWord(wish.name)}".`);
    return;
  }
  say(
    `It is shown only once. It is valid until ${made.endsAt.toISOString()}, with the role ` +
      `${made.role}. Keep it in a file that only its user can read: --token-file FILE`,
  );
}

async function revoke(operations: Operations, name: string, { json, why }: Options) {
  const token = await operations.revokeToken(name, { who: actingUser(), why });
  answer(json, token, () => [`The token "${name}" is revoked, and refused within 2 s.`]);
}

function readWish(name: string | undefined, { role, days }: Options): TokenWish {
  const wish = { name, role, days: days === undefined ? undefined : Number(days) };
  const read = TokenWish.safeParse(wish);
  if (read.success) return read.data;
  const words: Record<string, string> = { name: 'NAME', role: '--role', days: '--days' };
  const faults = read.error.issues.map(
    ({ path, message }) => `${words[String(path[0])]}: ${message}.`,
  );
  throw usageError(`Say "token add NAME --role ROLE --days N". ${faults.join(' ')}`);
}

function describe(tokens: Token[]): ScreenLine[] {
  if (tokens.length === 0) return ['There are no tokens.'];
  return table(
    ['token', 'role', 'made by', 'valid until', 'revoked'],
    tokens.map(({ name, role, madeBy, endsAt, revokedAt }) => [
      name,
      role,
      madeBy,
      endsAt.toISOString(),
      revokedAt?.toISOString() ?? '',
    ]),
  );
}
