import { isDeepStrictEqual } from 'node:util';
import type { AccountConfig, Config } from '../config/index.ts';
import { AppError } from '../errors.ts';
import {
  type Account,
  type AccountChange,
  changeAccount,
  ensureAccount,
  findAccount,
  type Ledger,
  listAccounts,
  setPrices,
  setThreshold,
} from '../ledger/index.ts';
import type { Limit, LimitState } from '../limits/index.ts';
import { chooseAccount } from '../operations/index.ts';

/** An account that this process may work for: its keys are in the configuration. */
export type OwnAccount = { account: Account; settings: AccountConfig };

/** Orders per second of a new account. The vendor publishes no limit; this is a cautious guess. */
const DEFAULT_RATE = 4;

/**
 * The accounts of the configuration; new ones are added to the ledger. Throws AppError `bad_config`
 * when the ledger has one with the other mode, and then adds none.
 */
export async function ownAccounts(ledger: Ledger, config: Config): Promise<OwnAccount[]> {
  const known = await listAccounts(ledger);
  refuseOtherModes(known, config);
  const own: OwnAccount[] = [];
  for (const settings of config.accounts) {
    const { name, mode, rate } = settings;
    await ensureAccount(ledger, { name, mode, rate: rate === undefined ? DEFAULT_RATE : rate });
    own.push({ account: await applySettings(ledger, config, name, settings), settings });
  }
  return own;
}

type Settings = Partial<Pick<AccountConfig, 'rate' | 'prices' | 'limits' | 'threshold'>>;

/**
 * Writes the pace, the prices, the limits and the threshold of a configuration to the ledger. What
 * is undefined stays as it is.
 */
export async function applySettings(
  ledger: Ledger,
  { accountsFile }: Config,
  name: string,
  { rate, prices, limits, threshold }: Settings,
): Promise<Account> {
  const who = accountsFile === null ? 'RATE' : 'ACCOUNTS_FILE';
  const why = 'set in the configuration';
  let account = await findAccount(ledger, name);
  if (prices !== undefined && prices?.hash !== account.prices?.hash) {
    const where = accountsFile === null ? 'PRICES_FILE' : who;
    account = await setPrices(ledger, name, prices, { who: where, why });
  }
  if (threshold !== undefined && !isDeepStrictEqual(threshold, account.approval)) {
    account = await setThreshold(ledger, name, threshold, { who, why });
  }
  const change: AccountChange = {
    ...(rate === undefined || rate === account.rate ? {} : { rate }),
    ...(limits === undefined || areSame(limits, account.limits) ? {} : { limits }),
  };
  if (Object.keys(change).length === 0) return account;
  return changeAccount(ledger, name, change, { who, why });
}

/** Whether the account has these limits, whatever was spent of them. */
function areSame(limits: Limit[], states: LimitState[]): boolean {
  const keyOf = ({ person, period, numbers, money }: Limit) =>
    JSON.stringify([person, period, numbers, money]);
  const theirs = new Set(states.filter(({ isEverybodys }) => !isEverybodys).map(keyOf));
  return limits.length === theirs.size && limits.every((limit) => theirs.has(keyOf(limit)));
}

/** Throws as `chooseAccount` does. */
export function chooseOwn(own: OwnAccount[], name: string | undefined): OwnAccount {
  const named = own.map((each) => ({ name: each.account.name, each }));
  return chooseAccount(named, name, { where: ' in the configuration' }).each;
}

function refuseOtherModes(known: Account[], { accounts }: Config): void {
  const faults = accounts.flatMap(({ name, mode }) => {
    const there = known.find((account) => account.name === name);
    return there && there.mode !== mode
      ? `The account "${name}" is ${there.mode} in the ledger, and the configuration says ` +
          `${mode}. Give the new one another name.`
      : [];
  });
  if (faults.length > 0) throw new AppError('bad_config', faults, { faults });
}
