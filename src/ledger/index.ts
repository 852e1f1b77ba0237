export type {
  Accepted,
  Account,
  AccountState,
  Approval,
  BoughtCost,
  ClearVerdict,
  LedgerEvent,
  LostPlan,
  PlanDocument,
  PlannedCost,
  Progress,
  Settled,
  StandingLines,
  StockMet,
  Stray,
  Token,
  UndecidedOrder,
  UnknownOrder,
} from '../documents/index.ts';
export {
  type AccountChange,
  accountState,
  changeAccount,
  ensureAccount,
  findAccount,
  listAccounts,
  replaceSandboxUrl,
  sandboxUrl,
} from './accounts/accounts.ts';
export { type Chores, findChores } from './accounts/chores.ts';
export { type ObstacleFacts, readObstacleFacts } from './accounts/obstacles.ts';
export {
  HORIZON_MS,
  type LateUse,
  LONGER_MS,
  latestFor,
  type Moments,
  noteLate,
  ON_TIME_MS,
  takeMoments,
  usedFor,
} from './accounts/send-moments.ts';
export { setPrices, setThreshold } from './accounts/settings.ts';
export { type AccountStats, readAccountStats } from './accounts/stats.ts';
export { takeVendorAccount } from './accounts/twins.ts';
export {
  beginDoubt,
  hasSent,
  type LedgerTrust,
  leaveToPerson,
  noteTaught,
  pauseForPerson,
  readTrust,
  vouchFor,
  vouchTogether,
  withdrawVouching,
  witnessName,
} from './accounts/vouch.ts';
export { type OwnClocks, ticksFor, Watch, watchFor } from './accounts/watched-time.ts';
export { longestLag, noteGone } from './accounts/workers.ts';
export { type ApprovalAnswer, answerApproval } from './approvals/answer.ts';
export {
  approvalsOfPlan,
  countWaitingApprovals,
  findApproval,
  shownOfApproval,
  waitingApprovals,
} from './approvals/find.ts';
export { isOwnOf } from './approvals/persons.ts';
export { isStartAsked } from './approvals/require.ts';
export { type AuditResult, auditLedger, type Breach } from './audit.ts';
export { LONGEST_RETRY_MS } from './database/clock.ts';
export { announceServer } from './database/embedded/folder-lock.ts';
export { journalMarks } from './database/embedded/journal-marks.ts';
export { openEmbedded } from './database/embedded/open.ts';
export { migrate, requireReady } from './database/migrate.ts';
export { openPostgres } from './database/postgres.ts';
export { type ServerFault, serverFaults } from './database/server-settings.ts';
export { requireSound } from './database/soundness.ts';
export {
  accountEvents,
  type By,
  countEvents,
  isSystemUser,
  nameOf,
  noteEvent,
  planEvents,
  planPauses,
  systemUser,
  takenBack,
} from './events.ts';
export type { Ledger, QueuePool } from './ledger.ts';
export { whyNever } from './limits/at-start.ts';
export { continueWithinLimits } from './limits/continue.ts';
export {
  compareWithLedger,
  type KeptUnknown,
  strayNumbers,
  strays,
  unknownAttempts,
} from './listings/evidence.ts';
export { beginListing, keepListing } from './listings/keep-listing.ts';
export { lacksBaseline, listingBefore } from './listings/listings.ts';
export { type OpenOrder, openOrders, otherAskers } from './listings/open-orders.ts';
export { noteLost, noteStrays, waitingThatFit } from './listings/suspects.ts';
export {
  fingerprintSalt,
  isNewestListOf,
  isTooEarly,
  isVendorAccountRefused,
  knownNumbers,
  refuseVendorAccount,
} from './listings/vendor-account.ts';
export {
  clearVerdicts,
  findVerdict,
  keepVerdicts,
  type NamedVerdict,
  nameOfVerdict,
  takeReconcileRight,
  type VerdictCounts,
  verdictCounts,
} from './listings/verdicts.ts';
export {
  type Dismissal,
  dismissLostPlans,
  lostOfFile,
  lostPlans,
  shownOfLost,
} from './lost-plans/dismiss.ts';
export { shownFile } from './lost-plans/hold-up.ts';
export { type FoundLost, lostPlanMarks, noteLostPlans } from './lost-plans/note.ts';
export { INTEGER_MAX, orderId, ordinalOf, planOf } from './order-id.ts';
export { acceptVerdict, acceptVerdicts } from './orders/accept-verdicts.ts';
export { type Batches, openBatches } from './orders/batches.ts';
export {
  type Claimant,
  type ClaimedOrder,
  claimOrders,
  claimProbe,
  type NotClaimed,
  whyNotClaimed,
} from './orders/claim.ts';
export { doubtOrders } from './orders/doubt.ts';
export { expireAttempts, renewProbe } from './orders/expire.ts';
export {
  attemptMarks,
  type Learnt,
  learnMarks,
  recordKept,
} from './orders/lost.ts';
export {
  doubtFinal,
  noteLostSuccessors,
  suspectSucceeded,
} from './orders/lost-successors.ts';
export { type Finding, nameOfObjection, type Overruled } from './orders/objections.ts';
export {
  beginQueue,
  beginRequeue,
  countInFlight,
  endRequeue,
  type Fillable,
  fillablePlans,
  forgetQueued,
  isQueuePaused,
  letIn,
  noteQueued,
  noteSuccessors,
  stoppedSuccessors,
  unqueuedSuccessors,
  type WaitingOrder,
  waitingOrders,
} from './orders/queued.ts';
export {
  type AnswerRecord,
  recordAnswers,
} from './orders/record.ts';
export { PLAIN_OUTCOMES } from './orders/record-plain.ts';
export { UNKNOWN_IN_A_ROW, UNKNOWN_OF_FIFTY } from './orders/record-statement.ts';
export { type ForeignWish, sayForeign } from './orders/say-foreign.ts';
export { type LookedAttempt, settleOrder, shownOfAttempt } from './orders/settle.ts';
export { type Settlement, settlements, shownOfSettlement } from './orders/settlements.ts';
export { findStoppedJobs, noteJobsRemoved } from './orders/stopped-jobs.ts';
export { type SurplusNumber, surplusNumbers, withheldNumbers } from './orders/surplus.ts';
export { suspectBuyers } from './orders/suspect-others.ts';
export { type UnknownCounts, unknownCounts, unknownOrders } from './orders/unknown.ts';
export { unsettleOrder } from './orders/unsettle.ts';
export {
  closeMessage,
  fillOutbox,
  type OutboxMessage,
  postponeMessage,
  takeMessage,
} from './outbox.ts';
export { readPhoneNumbers } from './phone-numbers.ts';
export {
  AREA_PARTS,
  type AreaSum,
  areaSums,
  type Substitute,
  substitutes,
} from './plans/area-sums.ts';
export { asideIn, wishCells } from './plans/asked-cells.ts';
export { cachedSums } from './plans/cached-sums.ts';
export {
  findCheck,
  type KeptCheck,
  openWarnings,
} from './plans/check.ts';
export { boughtCost, costAhead, firstMonth, plannedCost, recentCost } from './plans/cost.ts';
export { cancelWaiting, endPlans } from './plans/end.ts';
export {
  awaitsAnswers,
  exactOf,
  findPlan,
  isBetweenTries,
  listPlans,
  missingOf,
  ordersOf,
  orderWords,
  type PlanPage,
  paceOf,
  planPage,
  plansOfSameFile,
  stateWord,
  traceOfPlan,
} from './plans/find.ts';
export { type LinePage, type LinePageWish, linePage, linesBetween } from './plans/line-page.ts';
export { LineSample } from './plans/line-sample.ts';
export type { LineFilter } from './plans/line-search.ts';
export { LinesHash } from './plans/lines-hash.ts';
export { isPlaced, type PlanState } from './plans/plan-state.ts';
export { noteProgress, planProgress } from './plans/progress.ts';
export {
  barredBy,
  noteRemainder,
  plansOfRemainder,
  remainingNumbers,
} from './plans/remainders.ts';
export { lineRows, numberRows } from './plans/result-rows.ts';
export { boughtNumbers, type LineResult, lackingLines, planColumns } from './plans/results.ts';
export { shownOfPlan } from './plans/shown.ts';
export { type Acceptance, retryPlan, steerPlan } from './plans/steer.ts';
export { stockMet } from './plans/stock-met.ts';
export { type Submission, submitPlan } from './plans/submit.ts';
export { timeNeeded } from './plans/time-needed.ts';
export { type Closed, closedLines, closeLines } from './successors/close.ts';
export { openSuccessors } from './successors/open.ts';
export { rungNumbers } from './successors/rungs.ts';
export { findToken, keepToken, listTokens, revokeToken } from './tokens.ts';
