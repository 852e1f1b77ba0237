export {
  readDismissal,
  readForeign,
  type SaidDismissal,
  type SaidForeign,
} from './account-lists.ts';
export { type AccountWish, changeAccount, chooseAccount, NO_ACCOUNT } from './accounts.ts';
export {
  type Consent,
  neverWords,
  type Purchase,
  purchaseOf,
  requireConsent,
  whatLimits,
} from './confirm.ts';
export { operationsOnLedger } from './on-ledger.ts';
export { openLines, type UndecidedLine } from './open-lines.ts';
export { type Operations, OWN_AGENT, PLANS_LISTED, type ShownLine } from './operations.ts';
export { operationsOver } from './over.ts';
export { readSettlement, requireNamed, settle } from './settle.ts';
export { close, readRetry, steer } from './steer.ts';
export { type CheckedFile, type PlanToStore, refuseBadPlan, storePlan } from './submit.ts';
