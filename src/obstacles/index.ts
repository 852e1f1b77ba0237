export { OBSTACLE_KINDS, type Obstacle, obstaclesOf, obstaclesOfAll } from './obstacles.ts';
export { type StandingPlan, standingOf, standingOfAll } from './standing.ts';
