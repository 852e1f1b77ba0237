/**
 * As `name=value`. Most of what our statements read lies in memory: at the usual cost of a random
 * page the planner would read a small table as a whole, also once it has grown.
 */
export const PLANNER_SETTINGS = ['random_page_cost=0.2'];
