export type { ObservedAccount, ObservedPlan, Obstacle, ShownPlan } from '../documents/index.ts';
export { obstaclesOf, obstaclesOfAll, pauseOf } from './obstacles.ts';
export { observe, observeAccount, observeAll, shownOf } from './with-obstacles.ts';
