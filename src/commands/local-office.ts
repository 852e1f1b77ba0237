import { basename } from 'node:path';
import type { Office } from '../client/index.ts';
import {
  acceptProposal,
  cancelPlan,
  changeAccount,
  findAccount,
  findPlan,
  linePage,
  listAccounts,
  listPlans,
  type PlanDocument,
  retryPlan,
  sendingOrders,
  settleOrder,
  steerPlan,
  submitPlan,
  unknownOrders,
  unsettleOrder,
} from '../ledger/index.ts';
import { shownOf, standingOf, standingOfAll } from '../obstacles/index.ts';
import { readLines } from '../plan/index.ts';
import type { OrderQueue, SharedQueues } from '../queue/index.ts';
import { knownRemainder, writeResults } from '../report/index.ts';
import { tracePlan, within } from '../tracing/index.ts';
import type { Session } from './session.ts';

/** A queue that it has to open first may take so long to answer, ms. */
const QUEUE_WITHIN_MS = 5_000;

/** The office on the ledger that this process has open; `own`: the queues that its workers have. */
export function localOffice(session: Session, own?: ReadonlyMap<string, OrderQueue>): Office {
  const { ledger } = session;
  let queues: SharedQueues | undefined;
  const sources = {
    ledger,
    async queueOf(name: string) {
      // Not at the top: few commands look at a queue, and BullMQ takes long to load.
      const { openQueue, shareQueues } = await import('../queue/index.ts');
      const { redisUrl } = session.config;
      queues ??= shareQueues((account) => openQueue(account, { ledger, redisUrl }));
      return own?.get(name) ?? queues.of(name);
    },
    worksFor: [...(own?.keys() ?? [])],
    queueWithinMs: QUEUE_WITHIN_MS,
  };
  const standing = async (plan: Promise<PlanDocument>) => standingOf(sources, await plan);
  return {
    isRemote: false,
    plans: async () => standingOfAll(sources, await listPlans(ledger)),
    plan: (id) => standing(findPlan(ledger, id)),
    show: async (id) => shownOf(sources, await findPlan(ledger, id)),
    isSending: async ({ id }) => (await sendingOrders(ledger, id)) > 0,
    async accountFor(name) {
      if (name === undefined) return (await session.ownAccount()).account;
      // One that the configuration names may be new to the ledger.
      await session.ownAccounts();
      return findAccount(ledger, name);
    },
    async submit({ path, check, reading, again, acceptWarnings, checked }, account, who) {
      const traces = await session.traces();
      const span = traces?.begin('submit plan', { from: checked.from });
      const { lines, orders } = check;
      span?.did('check plan', checked.from, { lines, orders }, checked.to);
      const from = performance.now();
      const known = await knownRemainder(ledger, account, check, basename(path));
      const submission = {
        accountId: account.id,
        ...known,
        check,
        // A second time, now into the ledger; all of it or nothing.
        lines: readLines(path, check, reading),
        again,
        acceptWarnings,
        who,
        traceparent: span?.traceparent,
      };
      const id = await within(span, async () => {
        const plan = await submitPlan(ledger, submission);
        span?.did('store plan', from, { plan, account: account.name });
        return plan;
      });
      return standing(findPlan(ledger, id));
    },
    async steer(id, move, by, accept) {
      if (move === 'cancel') return standing(cancelPlan(ledger, id, by));
      const steer = () => steerPlan(ledger, id, move, by, accept);
      if (move !== 'start') return standing(steer());
      const place = { ledger, traces: await session.traces() };
      return standing(tracePlan(place, id, 'start plan', steer));
    },
    retry: (id, by) => retryPlan(ledger, id, by),
    lines: async (id, wish) => (await linePage(ledger, id, wish)).lines,
    async writeResults(id, folder) {
      await writeResults(ledger, id, folder);
    },
    async unknown(planId) {
      if (planId !== undefined) await findPlan(ledger, planId);
      return unknownOrders(ledger, { planId });
    },
    async settle(order, settlement) {
      const { by } = settlement;
      if ('accept' in settlement) return acceptProposal(ledger, order, by);
      if ('undo' in settlement) return unsettleOrder(ledger, order, settlement.by);
      const { finding, againstEvidence } = settlement;
      return settleOrder(ledger, order, finding, settlement.by, { againstEvidence });
    },
    accounts: () => listAccounts(ledger),
    account: (name) => findAccount(ledger, name),
    changeAccount: (name, change, by) => changeAccount(ledger, name, change, by),
    async [Symbol.asyncDispose]() {
      await queues?.close();
      await session[Symbol.asyncDispose]();
    },
  };
}
