import type { Command } from 'commander';
import { usageError } from '../errors.ts';
import type { Account } from '../ledger/index.ts';
import { stateWords, thresholdWords } from '../limits/index.ts';
import {
  type AccountWish,
  chooseAccount,
  NO_ACCOUNT,
  type Operations,
} from '../operations/index.ts';
import { isPace, PACE_WORDS } from '../pace-range.ts';
import { actingUser, openOperations } from '../session/index.ts';
import { answer, examples, newCommand, type ScreenLine, table } from '../terminal/index.ts';

type Options = { json?: true; rate?: string; pause?: true; resume?: true; why?: string };

export function addAccount(program: Command): void {
  newCommand(program, 'account')
    .argument('[name]')
    .option('--rate <n>', 'orders per second, all workers together, or none (sandbox only)')
    .option('--pause', 'claim no more orders of this account')
    .option('--resume', 'continue after any pause')
    .option('--why <text>', 'the reason, stored in the events')
    .addHelpText(
      'after',
      examples(
        'account',
        'account --rate 2',
        "account main --pause --why 'stock-taking'",
        "account --resume --why 'new keys'",
      ),
    )
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const change = readChange(options);
      await using operations = await openOperations(command);
      if (!change) {
        const accounts = name ? [await operations.account(name)] : await operations.accounts();
        answer(options.json, name ? accounts[0] : accounts, () => describe(accounts));
        return;
      }
      const by = { who: actingUser(), ...(options.why ? { why: options.why } : {}) };
      const changed = name ?? (await onlyOne(operations, options));
      const shown = change.resume && (await operations.account(changed));
      if (shown?.pauseId) change.resume = { pauseId: shown.pauseId };
      const account = await operations.changeAccount(changed, change, by);
      const lifted = shown?.pausedReason && `It was paused: ${shown.pausedReason}.`;
      answer(options.json, account, () => [...describe([account]), lifted || null]);
    });
}

async function onlyOne(operations: Operations, { rate, pause }: Options): Promise<string> {
  const option = rate !== undefined ? `--rate ${rate}` : pause ? '--pause' : '--resume';
  const how = (first: string) => `Say which one, such as "account ${first} ${option}".`;
  return chooseAccount(await operations.accounts(), undefined, { how }).name;
}

function readChange({ rate, pause, resume }: Options): AccountWish | undefined {
  if (pause && resume) throw usageError('Say either --pause or --resume.');
  if (rate === undefined && !pause && !resume) return undefined;
  return {
    ...(rate === undefined ? {} : { rate: readRate(rate) }),
    ...(pause ? { pause } : {}),
    ...(resume ? { resume } : {}),
  };
}

/** In orders per second; null for none. */
function readRate(text: string): number | null {
  if (text === 'none') return null;
  const rate = Number(text);
  if (isPace(rate)) return rate;
  throw usageError(`--rate is "${text}": it must be ${PACE_WORDS}, or none.`);
}

function describe(accounts: Account[]): ScreenLine[] {
  if (accounts.length === 0) return [NO_ACCOUNT];
  return table(
    ['account', 'mode', 'orders per second', 'state'],
    accounts.map((a) => [a.name, a.mode, String(a.rate ?? 'none'), stateOf(a)]),
  );
}

function stateOf({ pausedReason, resumeAt, restReason, ...account }: Account): string {
  const { limits, prices, approval } = account;
  if (pausedReason) return `paused: ${pausedReason}`;
  const isResting = resumeAt !== null && resumeAt.getTime() > Date.now();
  if (isResting && restReason !== null) return `resting: ${restReason}`;
  if (isResting) return `resting until ${resumeAt.toISOString()}, as the vendor asked`;
  const words = limits.map((limit) => stateWords(limit, prices?.currency ?? ''));
  if (approval) words.push(`above ${thresholdWords(approval)} with another person's approval`);
  return ['active', ...words].join(', ');
}
