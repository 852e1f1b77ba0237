import type {
  Acceptance,
  Accepted,
  Account,
  Approval,
  By,
  ClearVerdict,
  LinePageWish,
  LineResult,
  LostPlan,
  NamedVerdict,
  Settled,
  StockMet,
  Stray,
  Token,
  UnknownOrder,
} from '../ledger/index.ts';
import type { ObservedPlan, ShownPlan } from '../obstacles/index.ts';
import type { TokenWish } from '../people/index.ts';
import type { SignedDismissal, SignedForeign } from './account-lists.ts';
import type { AccountWish } from './accounts.ts';
import type { UndecidedLine } from './open-lines.ts';
import type { SettlementWish } from './settle.ts';
import type { Move, RetryWish } from './steer.ts';
import type { CheckedFile } from './submit.ts';

export const PLANS_LISTED = 100;

/**
 * What a person can ask for, on the ledger that the configuration names or at a server that has it
 * open. Both throw the same AppErrors.
 */
export type Operations = AsyncDisposable & {
  /** Whether a server does it. Then this process neither works nor asks the vendor. */
  readonly isRemote: boolean;
  /** Newest first, at most `PLANS_LISTED`. */
  plans(): Promise<ObservedPlan[]>;
  plan(id: number): Promise<ObservedPlan>;
  show(id: number): Promise<ShownPlan>;
  /** The account of that name, else the one whose keys are set, else the only one. */
  accountFor(name: string | undefined): Promise<Account>;
  submit(file: CheckedFile, account: Account, who: string): Promise<ObservedPlan>;
  /** Before a start with live keys, a person has confirmed it. */
  steer(id: number, move: Move, by: By, accept?: Acceptance): Promise<ObservedPlan>;
  /** Null: all standing lines of the plan. */
  close(id: number, line: number | null, by: By): Promise<ObservedPlan>;
  /** Returns how many orders wait again. */
  retry(id: number, wish: RetryWish): Promise<number>;
  lines(id: number, wish: Pick<LinePageWish, 'filter' | 'limit'>): Promise<ShownLine[]>;
  stockMet(areaCodes: string[]): Promise<StockMet[]>;
  /** Writes the six result files into the folder, which is made when it is missing. */
  writeResults(id: number, folder: string): Promise<void>;
  /** The unknown orders of one plan or of all, in the order of ids. */
  unknown(planId: number | undefined): Promise<UnknownOrder[]>;
  settle(order: number, settlement: SettlementWish): Promise<Settled>;
  /** The clear verdicts on the unknown orders of one plan or of all, in the order of ids. */
  verdicts(planId: number | undefined): Promise<ClearVerdict[]>;
  /** Accepts the verdicts that were looked at; what became stale since is left, with the reason. */
  acceptVerdicts(looked: NamedVerdict[], by: By): Promise<Accepted>;
  openLines(planId: number | undefined): Promise<UndecidedLine[]>;
  strays(account: string): Promise<Stray[]>;
  /** Says that some of them are foreign, or takes that back. Returns the numbers. */
  callForeign(account: string, wish: SignedForeign): Promise<string[]>;
  /** Plans that the ledger has lost, and those that are back and may still hold up others. */
  lostPlans(account: string): Promise<LostPlan[]>;
  dismiss(account: string, wish: SignedDismissal): Promise<LostPlan[]>;
  accounts(): Promise<Account[]>;
  account(name: string): Promise<Account>;
  changeAccount(name: string, wish: AccountWish, by: By): Promise<Account>;
  /** What waits for a person's yes, oldest first. */
  approvals(): Promise<Approval[]>;
  /** Approves or refuses one of them; not one's own. */
  approve(id: number, by: By): Promise<Approval>;
  refuse(id: number, by: By & { why: string }): Promise<Approval>;
  /** By name; those that ended or were revoked, too. */
  tokens(): Promise<Token[]>;
  /** The token itself is returned this once, and kept nowhere. */
  makeToken(wish: TokenWish, by: By): Promise<Token & { token: string }>;
  revokeToken(name: string, by: By): Promise<Token>;
};

export type ShownLine = Omit<LineResult, 'extra'>;

/** A server answers this client in the words of the command line. */
export const OWN_AGENT = 'bulk-order';
