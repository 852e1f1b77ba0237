export {
  type Account,
  changeAccount,
  ensureAccount,
  findAccount,
  listAccounts,
  maySweep,
  replaceSandboxUrl,
  sandboxUrl,
} from './accounts.ts';
export { type AuditResult, auditLedger, type Breach } from './audit.ts';
export {
  type Claimant,
  type ClaimedOrder,
  claimOrders,
  claimTrial,
  type NotClaimed,
  whyNotClaimed,
} from './claim.ts';
export { openEmbedded } from './embedded.ts';
export { type LedgerEvent, noteEvent, planEvents } from './events.ts';
export {
  findProposal,
  keepListing,
  keepProposals,
  lacksBaseline,
  ledgerNow,
  listingTimes,
  mayReconcile,
  ordersInFlight,
  type Proposal,
  type Stray,
  strayNumbers,
  unknownAttempts,
} from './evidence.ts';
export type { Ledger, QueuePool } from './ledger.ts';
export { migrate } from './migrate.ts';
export { orderId, ordinalOf, planOf } from './order-id.ts';
export {
  findPlan,
  listPlans,
  type PlanDocument,
  type PlanState,
  sendingOrders,
} from './plans.ts';
export { openPostgres } from './postgres.ts';
export { type Record, type Recorded, recordAnswers } from './record.ts';
export {
  type LineResult,
  lineResults,
  type NumberResult,
  numberResults,
  ownedNumbers,
  planColumns,
} from './results.ts';
export {
  type Finding,
  type Settled,
  settleOrder,
  type UnknownOrder,
  unknownOrders,
} from './settle.ts';
export { type By, cancelWaiting, retryPlan, steerPlan } from './steer.ts';
export { type Submission, submitPlan } from './submit.ts';
export {
  countInFlight,
  endPlans,
  expireAttempts,
  type Fillable,
  fillablePlans,
  forgetQueued,
  noteAlive,
  noteGone,
  noteQueued,
  noteRemoved,
  renewTrial,
  stoppedOrders,
  type WaitingOrder,
  waitingOrders,
} from './sweep.ts';
