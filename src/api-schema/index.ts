export {
  Account,
  AccountList,
  AccountState,
  Check,
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
export { Accepted, Settled, UnknownList } from './unknown.ts';
