export { lookForLost, suspectNewPlans } from './look-for-lost.ts';
export {
  isSameVendorAccount,
  type ReconcileContext,
  type Reconciled,
  reconcile,
  reconcileDue,
  takeBaseline,
  takeListing,
} from './reconcile.ts';
export { sweep } from './sweep.ts';
export { keepUp, seldom } from './upkeep.ts';
