export type { ObservedAccount, ObservedPlan, Obstacle, ShownPlan } from '../api-schema/index.ts';
export { obstaclesOf, obstaclesOfAll, pauseOf } from './obstacles.ts';
export { observe, observeAccount, observeAll, shownOf } from './with-obstacles.ts';
