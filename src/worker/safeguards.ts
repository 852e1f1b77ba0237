import { AppError } from '../errors.ts';
import {
  type Account,
  type Claimant,
  journalMarks,
  type Ledger,
  pauseForPerson,
  serverFaults,
  withdrawVouching,
  witnessName,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import {
  lookForLost,
  type ReconcileContext,
  suspectNewPlans,
  takeBaseline,
} from '../maintenance/index.ts';
import type { OrderQueue } from '../queue/index.ts';
import { Vouch, wentBack } from '../vouch/index.ts';
import { openWitness, type Witness } from '../witness/index.ts';

/** What keeps a worker from sending an order again that the ledger has forgotten. */
type Safeguards = Pick<Vouch, 'watch' | 'vouch'> & {
  witness: Witness;
  /** Claimed orders were sent before: the account pauses until the ledger is compared again. */
  onDoubt(orders: number[]): Promise<void>;
  /**
   * Runs before a plan is queued from its beginning, and before successors: reads a missing
   * baseline, and checks whether the orders were sent before.
   */
  beforeFirst(): Promise<void>;
};

type SafeguardOptions = {
  queue: OrderQueue;
  claimant: Claimant;
  evidence: ReconcileContext;
  /** The vendor is the sandbox in this program. Its list shows at once what it has sold. */
  isOwnSandbox: boolean;
};

export async function openSafeguards(options: SafeguardOptions): Promise<Safeguards> {
  const { queue, claimant, evidence, isOwnSandbox } = options;
  const { ledger, account, log, mode, listLagMs } = evidence;
  const { worker, deadlineMs } = claimant;
  const witness = openWitness(
    journalMarks(ledger, account, worker) ?? queue.marks(await witnessName(ledger, account.id)),
  );
  const vouch = new Vouch({
    ...{ ledger, account, witness, worker, log, deadlineMs },
    waitMs: isOwnSandbox ? 0 : deadlineMs + listLagMs,
    look: mode === 'off' ? null : () => lookForLost({ ...evidence, isOwnSandbox }),
    now: () => performance.now(),
  });
  return {
    watch: () => vouch.watch(),
    vouch: () => vouch.vouch(),
    witness,
    async onDoubt(orders) {
      log.error({ orders }, 'the ledger has gone back: these orders had been sent');
      await withdrawVouching(ledger, account.id);
      await pauseForPerson(ledger, account.id, wentBack(account.name));
    },
    async beforeFirst() {
      if (mode !== 'off') await takeBaseline(evidence);
      await suspectNewPlans(evidence);
    },
  };
}

/** Warns of unsafe server settings. Throws AppError `bad_config` for a live account on them. */
export async function checkServers(
  { ledger, account, log }: { ledger: Ledger; account: Account; log: Log },
  queue: OrderQueue,
): Promise<void> {
  const fault = await queue.fault();
  const faults = [...(await serverFaults(ledger)), ...(fault ? [fault] : [])];
  for (const { words } of faults) log.warn(words);
  const grave = faults.find(({ isGrave }) => isGrave);
  if (!grave || account.mode !== 'live') return;
  throw new AppError('bad_config', `${grave.words} The account "${account.name}" is live.`);
}
