export {
  OBSTACLE_KINDS,
  type Obstacle,
  obstaclesOf,
  obstaclesOfAll,
  pauseOf,
} from './obstacles.ts';
export {
  type ObservedPlan,
  observe,
  observeAll,
  type ShownPlan,
  shownOf,
} from './with-obstacles.ts';
