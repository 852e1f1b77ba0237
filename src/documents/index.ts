/**
 * What the program tells of plans, accounts, approvals and orders. The ledger returns these types,
 * the server encodes its answers by the schemas, the OpenAPI document is made from them, and a
 * command that asks a server decodes by them.
 */
export {
  Account,
  AccountList,
  type AccountState,
  LimitState,
  LostPlan,
  LostPlanList,
  NumberList,
  ObservedAccount,
  Stray,
  StrayList,
  Threshold,
} from './accounts.ts';
export { Approval, ApprovalList } from './approvals.ts';
export { type Check, CheckedPlan, StockList, StockMet } from './check.ts';
export { time } from './fields.ts';
export {
  EarlierPlan,
  type Fault,
  FaultyPlan,
  LedgerEvent,
  LineList,
  ObservedPlan,
  Obstacle,
  type PlanDocument,
  PlanList,
  Progress,
  RetriedPlan,
  ShownPlan,
  type StandingLines,
  type Sums,
  type Warning,
} from './plans.ts';
export { BoughtCost, Cost, PlannedCost, type Price, PriceList } from './prices.ts';
export { Problem } from './problem.ts';
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
