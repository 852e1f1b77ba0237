export { OBSTACLE_KINDS, type Obstacle, obstaclesOf, obstaclesOfAll } from './obstacles.ts';
export {
  type ShownPlan,
  type StandingPlan,
  shownOf,
  standingOf,
  standingOfAll,
} from './standing.ts';
