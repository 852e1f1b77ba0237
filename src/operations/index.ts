export { type AccountWish, changeAccount } from './change-account.ts';
export { chooseAccount, NO_ACCOUNT } from './choose-account.ts';
export { type Consent, type Purchase, purchaseOf, requireConsent } from './confirm.ts';
export { whatLimits } from './estimate.ts';
export {
  dismiss,
  lostPlansOf,
  readDismissal,
  type SaidDismissal,
} from './lost-plans.ts';
export { operationsOnLedger } from './on-ledger.ts';
export { openLines, type UndecidedLine } from './open-lines.ts';
export { type Operations, PLANS_LISTED, type ShownLine } from './operations.ts';
export { operationsOver } from './over.ts';
export { OWN_AGENT } from './own-agent.ts';
export { refuseBadPlan } from './refuse-bad-plan.ts';
export { readSettlement, requireNamed, settle } from './settle.ts';
export { close, steer } from './steer.ts';
export {
  callForeign,
  readForeign,
  type SaidForeign,
  straysOf,
} from './strays.ts';
export { type CheckedFile, type PlanToStore, storePlan } from './submit.ts';
