import type { Command } from 'commander';
import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import type { Account } from '../ledger/index.ts';
import { openOperations, serverOption } from '../operations/index.ts';
import { currentUser } from '../session/index.ts';
import { answer, examples, type Line, table } from '../terminal/index.ts';

type Options = { json?: true; rate?: string; pause?: true; resume?: true; why?: string };

export function addAccount(program: Command): void {
  program
    .command('account')
    .argument('[name]')
    .description("look at or change an account's pace, while it runs")
    .option('--rate <n>', 'orders per second, all workers together, or none (sandbox only)')
    .option('--pause', 'claim no more orders of this account')
    .option('--resume', 'go on after a pause, whoever made it')
    .option('--why <text>', 'the reason, kept in the events')
    .addOption(serverOption())
    .addHelpText(
      'after',
      examples(
        'account',
        'account --rate 2',
        "account main --pause --why 'stock-taking'",
        "account --resume --why 'new keys'",
      ),
    )
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const change = readChange(options);
      await using operations = await openOperations('account', command);
      if (!change) {
        const accounts = name ? [await operations.account(name)] : await operations.accounts();
        answer(options.json, name ? accounts[0] : accounts, () => describe(accounts));
        return;
      }
      const by = { who: currentUser(), ...(options.why ? { why: options.why } : {}) };
      const changed = name ?? onlyOne(await operations.accounts(), options);
      const account = await operations.changeAccount(changed, change, by);
      answer(options.json, account, () => describe([account]));
    });
}

/** Throws AppError `invalid_usage` that says how to name one of several, `not_found` when there is none. */
function onlyOne(accounts: Account[], { rate, pause }: Options): string {
  const [only, ...others] = accounts.map(({ name }) => name);
  if (only === undefined) {
    throw new AppError('not_found', 'There is no account yet: the first plan makes one.');
  }
  if (others.length === 0) return only;
  const option = rate !== undefined ? `--rate ${rate}` : pause ? '--pause' : '--resume';
  const names = [only, ...others];
  throw new AppError(
    'invalid_usage',
    `There are several accounts: ${names.join(', ')}. Say which one, such as "account ${only} ${option}".`,
    { names },
  );
}

function readChange({ rate, pause, resume, why }: Options) {
  if (pause && resume) throw new AppError('invalid_usage', 'Say either --pause or --resume.');
  if (rate === undefined && !pause && !resume) return undefined;
  return {
    ...(rate === undefined ? {} : { rate: readRate(rate) }),
    ...(pause ? { pause: why ?? `paused by ${currentUser()}` } : {}),
    ...(resume ? { resume: true as const } : {}),
  };
}

/** Null: none. */
function readRate(text: string): number | null {
  if (text === 'none') return null;
  const rate = Number(text);
  if (rate >= 0.01 && rate <= 1000) return rate;
  throw new AppError(
    'invalid_usage',
    `--rate is "${text}": it must be orders per second, from 0.01 to 1000, or none.`,
  );
}

function describe(accounts: Account[]): Line[] {
  if (accounts.length === 0) return ['No accounts yet: the first plan makes one.'];
  return table(
    ['account', 'mode', 'orders per second', 'state'],
    accounts.map((a) => [a.name, a.mode, String(a.rate ?? 'none'), stateOf(a)]),
  );
}

function stateOf({ pausedReason, resumeAt, restReason, dailyNumbers }: Account): string {
  if (pausedReason) return `paused: ${pausedReason}`;
  const isResting = resumeAt !== null && resumeAt.getTime() > Date.now();
  if (isResting && restReason !== null) return `resting: ${restReason}`;
  if (isResting) return `resting until ${resumeAt.toISOString()}, as the vendor asked`;
  return dailyNumbers === null ? 'open' : `open, at most ${counted(dailyNumbers, 'number')} a day`;
}
