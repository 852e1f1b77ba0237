export { OBSTACLE_KINDS, type Obstacle, obstaclesOf, obstaclesOfAll } from './obstacles.ts';
export {
  type ObservedPlan,
  observe,
  observeAll,
  type ShownPlan,
  shownOf,
} from './with-obstacles.ts';
