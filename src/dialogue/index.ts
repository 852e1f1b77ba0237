export {
  acceptedLines,
  confirmVerdicts,
  evidenceLines,
  leftLines,
  noneLines,
  unclearLine,
} from './accept-verdicts.ts';
export { ACCEPT_WARNINGS, confirmNothing, confirmPurchase } from './confirm.ts';
export { mayCostLines, mayCostOf } from './cost.ts';
export { deliverResults, refuseBadFolder } from './deliver-results.ts';
export { EXIT_CODES, exitCodeOf, followPlan } from './follow.ts';
export { confirmDismissal, lostTable } from './lost-plans.ts';
export { obstacleLines, obstacleSentence } from './obstacles.ts';
export { describeLines } from './plan-lines.ts';
export { checkOrRefuse, pricesShown, sayElsewhere, startStored } from './submit.ts';
export { describePlan } from './sums.ts';
export { sayWhatElse, workUntilDone } from './work-until-done.ts';
