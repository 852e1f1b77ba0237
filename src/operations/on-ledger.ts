import {
  type Account,
  acceptVerdicts,
  answerApproval,
  clearVerdicts,
  dismissLostPlans,
  findAccount,
  findPlan,
  type Ledger,
  linePage,
  listAccounts,
  listPlans,
  listTokens,
  lostPlans,
  type PlanDocument,
  retryPlan,
  revokeToken,
  sayForeign,
  stockMet,
  strays,
  unknownOrders,
  waitingApprovals,
} from '../ledger/index.ts';
import type { Log } from '../log.ts';
import { observe, observeAll, shownOf } from '../obstacles/index.ts';
import type { OrderQueue, SharedQueues } from '../queue/index.ts';
import { writeResults } from '../report/index.ts';
import { type Traces, within } from '../tracing/index.ts';
import { changeAccount, chooseAccount } from './accounts.ts';
import { openLines } from './open-lines.ts';
import { type Operations, PLANS_LISTED } from './operations.ts';
import { settle } from './settle.ts';
import { close, steer } from './steer.ts';
import { type CheckedFile, storePlan } from './submit.ts';

/** How long a queue that must be opened first may take to answer, ms. */
const QUEUE_WITHIN_MS = 5_000;

type OpenLedger = AsyncDisposable & {
  ledger: Ledger;
  log: Log;
  config: { redisUrl: string | null };
  /** The accounts that the configuration names, made where they are new. */
  ownAccounts(): Promise<{ account: Account }[]>;
  traces(): Promise<Traces | undefined>;
};

/** The operations on the ledger that this process has open. `own`: the queues of its workers. */
export function operationsOnLedger(
  session: OpenLedger,
  own?: ReadonlyMap<string, OrderQueue>,
): Operations {
  const { ledger } = session;
  let queues: SharedQueues | undefined;
  const sources = {
    ledger,
    async queueOf(name: string) {
      // Not at the top: few commands look at a queue, and BullMQ takes long to load.
      const { shareQueues } = await import('../queue/index.ts');
      queues ??= shareQueues({ ledger, redisUrl: session.config.redisUrl });
      return own?.get(name) ?? queues.of(name);
    },
    worksFor: [...(own?.keys() ?? [])],
    queueWithinMs: QUEUE_WITHIN_MS,
  };
  const observed = async (plan: Promise<PlanDocument>) => observe(sources, await plan);
  const found = (account: string) => findAccount(ledger, account);
  return {
    isRemote: false,
    plans: async () => observeAll(sources, await listPlans(ledger, PLANS_LISTED)),
    plan: (id) => observed(findPlan(ledger, id)),
    show: async (id) => shownOf(sources, await findPlan(ledger, id)),
    async accountFor(name) {
      // First: an account that the configuration names may be new to the ledger.
      const own = (await session.ownAccounts()).map(({ account }) => account);
      return chooseAccount(name === undefined ? own : await listAccounts(ledger), name);
    },
    submit: async (...wish) => observed(findPlan(ledger, await submit(session, ...wish))),
    async steer(id, move, by, accept) {
      const traces = move === 'start' ? await session.traces() : undefined;
      return observed(steer({ ledger, log: session.log, traces }, id, move, by, accept));
    },
    close: (id, line, by) => observed(close({ ledger, log: session.log }, id, line, by)),
    retry: (id, { by, ...wish }) => retryPlan(ledger, id, by, wish),
    lines: async (id, wish) => (await linePage(ledger, id, wish)).lines,
    stockMet: (areaCodes) => stockMet(ledger, areaCodes),
    async writeResults(id, folder) {
      await writeResults(ledger, id, folder);
    },
    async unknown(planId) {
      if (planId !== undefined) await findPlan(ledger, planId);
      return unknownOrders(ledger, { planId, limit: null });
    },
    settle: (order, settlement) => settle(ledger, order, settlement),
    async verdicts(planId) {
      if (planId !== undefined) await findPlan(ledger, planId);
      return clearVerdicts(ledger, { planId });
    },
    acceptVerdicts: (looked, by) => acceptVerdicts(ledger, looked, by),
    openLines: (planId) => openLines(ledger, planId),
    strays: async (account) => strays(ledger, (await found(account)).id),
    callForeign: async (account, wish) => sayForeign(ledger, await found(account), wish, wish.by),
    lostPlans: async (account) => lostPlans(ledger, (await found(account)).id),
    dismiss: async (account, wish) => dismissLostPlans(ledger, await found(account), wish, wish.by),
    accounts: () => listAccounts(ledger),
    account: found,
    changeAccount: (name, wish, by) => changeAccount(ledger, name, wish, by),
    approvals: () => waitingApprovals(ledger),
    approve: (id, by) => answerApproval(ledger, id, { yes: true }, by),
    refuse: (id, by) => answerApproval(ledger, id, { yes: false, why: by.why }, by),
    tokens: () => listTokens(ledger),
    async makeToken(wish, by) {
      const { makeToken } = await import('../people/index.ts');
      return makeToken(ledger, wish, by);
    },
    revokeToken: (name, by) => revokeToken(ledger, name, by),
    async [Symbol.asyncDispose]() {
      await queues?.close();
      await session[Symbol.asyncDispose]();
    },
  };
}

/** Returns the plan's id. */
async function submit(
  session: OpenLedger,
  { checked, ...file }: CheckedFile,
  account: Account,
  who: string,
): Promise<number> {
  const span = (await session.traces())?.begin('submit plan', { from: checked.from });
  const { lines, orders } = file.check;
  span?.did('check plan', checked.from, { lines, orders }, checked.to);
  return within(span, () => storePlan(session.ledger, { ...file, account, who, span }));
}
