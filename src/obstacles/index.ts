export {
  OBSTACLE_KINDS,
  type Obstacle,
  obstaclesOf,
  obstaclesOfAll,
  pauseOf,
} from './obstacles.ts';
export {
  type ObservedAccount,
  type ObservedPlan,
  observe,
  observeAccount,
  observeAll,
  type ShownPlan,
  shownOf,
} from './with-obstacles.ts';
