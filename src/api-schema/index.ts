export { Account, AccountList, AccountState } from './accounts.ts';
export { Approval, ApprovalList } from './approvals.ts';
export { CheckedPlan, StockList } from './check.ts';
export {
  EarlierPlan,
  FaultyPlan,
  LineList,
  Plan,
  PlanList,
  Problem,
  Progress,
  RetriedPlan,
  ShownPlan,
} from './documents.ts';
export { LostPlanList } from './lost-plans.ts';
export { NumberList, StrayList } from './strays.ts';
export { NewToken, Token, TokenList } from './tokens.ts';
export { Accepted, OpenList, Settled, UnknownList, VerdictList } from './unknown.ts';
