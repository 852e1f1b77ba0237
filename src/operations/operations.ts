import type {
  Acceptance,
  Account,
  By,
  LinePageWish,
  LineResult,
  Settled,
  UnknownOrder,
} from '../ledger/index.ts';
import type { ShownPlan, StandingPlan } from '../obstacles/index.ts';
import type { PlanCheck, ReadOptions } from '../plan/index.ts';
import type { AccountWish } from './change-account.ts';
import type { Settlement } from './settle.ts';
import type { Move } from './steer.ts';

/** A plan's file that was found without faults. */
export type CheckedFile = {
  path: string;
  check: PlanCheck;
  reading: ReadOptions;
  /** Taken once more although it was submitted before. */
  again: boolean;
  /** Its warnings that may cost money are meant. */
  acceptWarnings: boolean;
  /** When it was checked, by `performance.now()`. */
  checked: { from: number; to: number };
};

/**
 * What a person can ask for: done on the ledger that the configuration names, or by a server that
 * has it open. Both throw the same AppErrors.
 */
export type Operations = AsyncDisposable & {
  /** Whether a server does it: then nothing is worked on, and no vendor asked, from here. */
  readonly isRemote: boolean;
  /** Newest first, at most a hundred. */
  plans(): Promise<StandingPlan[]>;
  plan(id: number): Promise<StandingPlan>;
  show(id: number): Promise<ShownPlan>;
  /** Whether orders of it are being sent; a server may take others of its account for them. */
  isSending(plan: StandingPlan): Promise<boolean>;
  /** The account that a plan would be for: the one named, else the own or the only one. */
  accountFor(name: string | undefined): Promise<Account>;
  submit(file: CheckedFile, account: Account, who: string): Promise<StandingPlan>;
  /** A start has been confirmed by then, where one has to. */
  steer(id: number, move: Move, by: By, accept?: Acceptance): Promise<StandingPlan>;
  /** Returns how many orders wait again. */
  retry(id: number, by: By): Promise<number>;
  lines(id: number, wish: Pick<LinePageWish, 'filter' | 'limit'>): Promise<ShownLine[]>;
  /** Writes the six result files into the folder, which is made when there is none. */
  writeResults(id: number, folder: string): Promise<void>;
  /** Of one plan or of all, oldest first. */
  unknown(planId: number | undefined): Promise<UnknownOrder[]>;
  /** Or takes back what it was settled as. */
  settle(order: number, settlement: Settlement): Promise<Settled>;
  accounts(): Promise<Account[]>;
  account(name: string): Promise<Account>;
  changeAccount(name: string, wish: AccountWish, by: By): Promise<Account>;
};

export type ShownLine = Omit<LineResult, 'extra'>;
