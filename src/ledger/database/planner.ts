/**
 * Settings of the planner that our statements depend on, as `name=value`. Most of what they read
 * lies in memory. With the usual cost of a random page the planner would read a table that is
 * still small as a whole, and keep that plan when the table has grown.
 */
export const PLANNER_SETTINGS = ['random_page_cost=0.2'];
