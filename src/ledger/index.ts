export { acceptVerdicts } from './accept-verdicts.ts';
export { type AccountState, accountState } from './account-state.ts';
export {
  type Account,
  type AccountChange,
  changeAccount,
  ensureAccount,
  findAccount,
  listAccounts,
  replaceSandboxUrl,
  sandboxUrl,
} from './accounts.ts';
export { type AuditResult, auditLedger, type Breach } from './audit.ts';
export { type Batches, openBatches } from './batches.ts';
export {
  type Claimant,
  type ClaimedOrder,
  claimOrders,
  claimSingle,
  type NotClaimed,
  whyNotClaimed,
} from './claim.ts';
export { attemptMarks, doubtOrders, listingBefore, lostAttempts } from './doubt.ts';
export { announceServer } from './embedded/folder-lock.ts';
export { journalMarks } from './embedded/journal-marks.ts';
export { openEmbedded } from './embedded/open.ts';
export { cancelWaiting, endPlans } from './end-plans.ts';
export { accountEvents, type LedgerEvent, noteEvent, planEvents, planPauses } from './events.ts';
export {
  type KeptUnknown,
  listingFacts,
  missingNumbers,
  ordersInFlight,
  resoldNumbers,
  strayNumbers,
  unknownAttempts,
} from './evidence.ts';
export { expireAttempts, renewTrial } from './expire.ts';
export type { Ledger, QueuePool } from './ledger.ts';
export { type LinePage, type LinePageWish, linePage, linesBetween } from './line-page.ts';
export type { LineFilter } from './line-search.ts';
export {
  beginListing,
  keepListing,
  lacksBaseline,
  newestListing,
} from './listings.ts';
export { migrate, requireReady } from './migrate.ts';
export { deferMoments, HORIZON_MS, type Moments, takeMoments } from './moments.ts';
export { closeNotice, type Notice, noteNews, postponeNotice, takeNotice } from './notices.ts';
export type { Finding } from './objections.ts';
export { type ObstacleFacts, readObstacleFacts } from './obstacles.ts';
export { orderId, ordinalOf, planOf } from './order-id.ts';
export { readPhoneNumbers } from './phone-numbers.ts';
export {
  findCheck,
  type KeptCheck,
  openWarnings,
  refuseUnacceptedStart,
} from './plan-check.ts';
export { traceOfPlan } from './plan-trace.ts';
export {
  findPlan,
  listPlans,
  missingOf,
  type PlanDocument,
  type PlanPage,
  type PlanState,
  paceOf,
  planPage,
  plansOfSameFile,
  sendingOrders,
} from './plans.ts';
export { openPostgres } from './postgres.ts';
export { noteProgress, type Progress, planProgress } from './progress.ts';
export {
  clearVerdicts,
  findProposal,
  keepProposals,
  mayReconcile,
  type Proposal,
} from './proposals.ts';
export {
  beginRequeue,
  countInFlight,
  endRequeue,
  type Fillable,
  fillablePlans,
  forgetQueued,
  noteQueued,
  type WaitingOrder,
  waitingOrders,
  wantsRequeue,
} from './queued.ts';
export {
  type AnswerRecord,
  recordAnswers,
} from './record.ts';
export { UNKNOWN_IN_A_ROW, UNKNOWN_OF_FIFTY } from './record-statement.ts';
export {
  type LineResult,
  lineResults,
  numberResults,
  ownedNumbers,
  planColumns,
} from './results.ts';
export { type ServerFault, serverFaults } from './server-settings.ts';
export { acceptProposal, type Settled, settleOrder } from './settle.ts';
export { type Settlement, settlements } from './settlements.ts';
export { type Acceptance, type By, cancelPlan, retryPlan, steerPlan } from './steer.ts';
export { submitPlan } from './submit.ts';
export { type SurplusNumber, surplusNumbers, withheldNumbers } from './surplus.ts';
export { lostNumbers, noteLost, waitingThatFit } from './suspects.ts';
export { timeNeeded } from './time-needed.ts';
export { type UnknownCounts, type UnknownOrder, unknownCounts, unknownOrders } from './unknown.ts';
export { unsettleOrder } from './unsettle.ts';
export { readVitals, type Vitals } from './vitals.ts';
export {
  beginDoubt,
  doubtLedger,
  leaveToPerson,
  pauseForPerson,
  type Standing,
  standing,
  vouchFor,
  witnessName,
} from './vouch.ts';
export { type OwnClocks, openWatch, ticksFor, type Watch } from './watch.ts';
export {
  giveBackWithdrawal,
  noteWithdrawn,
  takeWithdrawal,
  type Withdrawal,
} from './withdraw.ts';
export { noteGone } from './workers.ts';
