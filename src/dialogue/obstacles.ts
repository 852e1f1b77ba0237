import type { Obstacle, StandingPlan } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { inColour, type Line } from '../terminal/index.ts';

/** Where a command does its work: what can be typed differs by that. */
export type Place = Pick<Operations, 'isRemote'>;

/**
 * What stands in a plan's way, each with what a person can do about it, in words that can be typed.
 */
export function obstacleLines(plan: StandingPlan, place: Place): Line[] {
  return plan.obstacles.map((each) => inColour(obstacleSentence(each, plan, place), 'missing'));
}

export function obstacleSentence(obstacle: Obstacle, plan: StandingPlan, place: Place): string {
  const { kind, words } = obstacle;
  // What a person has written need not end like a sentence.
  const said = /[.!?]$/.test(words) ? words : `${words}.`;
  return `${said} ${ENDS[kind](plan, place, obstacle)}`;
}

type End = (plan: StandingPlan, place: Place, obstacle: Obstacle) => string;

const BY_ITSELF = 'It goes on by itself.';

/** What ends it. */
const ENDS: Record<Obstacle['kind'], End> = {
  account_paused: ({ account }) =>
    `When that is put right: "account ${account} --resume --why TEXT"`,
  queue_paused: () => '"Resume" under "Queues" on the web page ends that.',
  queue_away: () => 'It goes on by itself when the queue is back.',
  no_worker: ({ id }, { isRemote }) =>
    isRemote
      ? 'On the machine of the server, "work" is one; "up" in the place of "serve" is both.'
      : `Here and now: "watch ${id} --work". For all plans, until it is stopped: "work".`,
  vendor_away: () => 'The orders are tried again by themselves, 8 times each.',
  daily_limit: () => 'A higher dailyNumbers in ACCOUNTS_FILE ends that earlier.',
  comparing: () => BY_ITSELF,
  throttled: (_plan, _place, { until }) => `It goes on at ${until?.toTimeString().slice(0, 8)}.`,
  clock_set: () => BY_ITSELF,
};
