export {
  Account,
  AccountList,
  type AccountState,
  LimitState,
  ObservedAccount,
} from './accounts.ts';
export { Approval, ApprovalList } from './approvals.ts';
export { CheckedPlan, StockList, StockMet } from './check.ts';
export {
  EarlierPlan,
  FaultyPlan,
  LedgerEvent,
  LineList,
  ObservedPlan,
  Obstacle,
  type PlanDocument,
  PlanList,
  Problem,
  Progress,
  RetriedPlan,
  ShownPlan,
  type StandingLines,
  type Sums,
} from './documents.ts';
export { LostPlan, LostPlanList } from './lost-plans.ts';
export { BoughtCost, Cost, PlannedCost, type Price, PriceList } from './prices.ts';
export { NumberList, Stray, StrayList } from './strays.ts';
export { Threshold } from './threshold.ts';
export { NewToken, Token, TokenList } from './tokens.ts';
export {
  Accepted,
  ClearVerdict,
  OpenList,
  Settled,
  UndecidedOrder,
  UnknownList,
  UnknownOrder,
  VerdictList,
} from './unknown.ts';
