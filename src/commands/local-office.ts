import { basename } from 'node:path';
import type { Office } from '../client/index.ts';
import {
  acceptProposal,
  accountState,
  cancelPlan,
  changeAccount,
  findAccount,
  findPlan,
  linePage,
  listAccounts,
  listPlans,
  planEvents,
  retryPlan,
  sendingOrders,
  settleOrder,
  steerPlan,
  submitPlan,
  unknownOrders,
  unsettleOrder,
} from '../ledger/index.ts';
import { readLines } from '../plan/index.ts';
import type { OrderQueue, SharedQueues } from '../queue/index.ts';
import { knownRemainder, writeResults } from '../report/index.ts';
import { tracePlan, within } from '../tracing/index.ts';
import type { Session } from './session.ts';

/** The office on the ledger that this process has open; `own`: queues that it has open as well. */
export function localOffice(session: Session, own?: ReadonlyMap<string, OrderQueue>): Office {
  const { ledger } = session;
  let queues: SharedQueues | undefined;
  return {
    plans: () => listPlans(ledger),
    plan: (id) => findPlan(ledger, id),
    show: async (id) => ({
      ...(await findPlan(ledger, id)),
      events: await planEvents(ledger, id),
    }),
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
      return findPlan(ledger, id);
    },
    async steer(id, move, by, accept) {
      if (move === 'cancel') return cancelPlan(ledger, id, by);
      const steer = () => steerPlan(ledger, id, move, by, accept);
      if (move !== 'start') return steer();
      const place = { ledger, traces: await session.traces() };
      return tracePlan(place, id, 'start plan', steer);
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
    accountState: (name) => accountState(ledger, name),
    async isOnHold(name) {
      // Not at the top: few commands look at a queue, and BullMQ takes long to load.
      const { isOnHold, openQueue, shareQueues } = await import('../queue/index.ts');
      const { redisUrl } = session.config;
      queues ??= shareQueues((account) => openQueue(account, { ledger, redisUrl }));
      // A queue that is away is told by the worker that needs it.
      return Promise.resolve(own?.get(name) ?? queues.of(name))
        .then(isOnHold)
        .catch(() => false);
    },
    changeAccount: (name, change, by) => changeAccount(ledger, name, change, by),
    async [Symbol.asyncDispose]() {
      await queues?.close();
      await session[Symbol.asyncDispose]();
    },
  };
}
