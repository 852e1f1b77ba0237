import { withFullStop } from '../english.ts';
import type { ObservedPlan, Obstacle } from '../obstacles/index.ts';
import type { Operations } from '../operations/index.ts';
import { inColour, type ScreenLine } from '../terminal/index.ts';

/** Where a command works, here or at a server: the commands to type depend on it. */
export type CommandSite = Pick<Operations, 'isRemote'>;

export function obstacleLines(plan: ObservedPlan, site: CommandSite): ScreenLine[] {
  return plan.obstacles.map((each) => inColour(obstacleSentence(each, plan, site), 'missing'));
}

export function obstacleSentence(
  obstacle: Obstacle,
  plan: ObservedPlan,
  site: CommandSite,
): string {
  const { kind, words } = obstacle;
  // A person's own words may have no full stop.
  return `${withFullStop(words)} ${ENDS[kind](plan, site, obstacle)}`.trimEnd();
}

type End = (plan: ObservedPlan, site: CommandSite, obstacle: Obstacle) => string;

const BY_ITSELF = 'It continues by itself.';

const ENDS: Record<Obstacle['kind'], End> = {
  // A pause by the program says itself how it ends.
  account_paused: ({ account }, _site, { words }) =>
    words.includes(' --resume"') ? '' : `To resume: "account ${account} --resume --why TEXT"`,
  queue_paused: () =>
    'To resume it: "Resume" in the menu of the queue on the board, /queues of the web. ' +
    'With USERS_FILE, the board has that menu only while BOARD_CONTROLS=true.',
  queue_away: () => 'It continues when the queue is back.',
  no_worker: ({ id }, { isRemote }) =>
    isRemote
      ? 'To start one, on the server itself: "work", or "up" instead of "serve".'
      : `To start one for this plan: "watch ${id} --work". For all plans: "work".`,
  vendor_away: ({ id }) => `Each order is tried 8 times in all. After that: "retry ${id}"`,
  limit: () => 'To continue earlier, raise the limit in ACCOUNTS_FILE.',
  comparing: () => BY_ITSELF,
  throttled: (_plan, _place, { until }) =>
    until === null ? BY_ITSELF : `It continues at ${until.toISOString().slice(11, 19)} UTC.`,
  clock_set: () => BY_ITSELF,
};

/** What a plan waits for, in a line of progress: who watches it goes on looking meanwhile. */
export const WAITS: Record<Obstacle['kind'], string> = {
  account_paused: 'account paused',
  queue_paused: 'waits for its queue to be resumed',
  queue_away: 'waits for its queue to answer',
  no_worker: 'waits for a worker',
  vendor_away: 'waits for the vendor to answer',
  limit: 'waits for room in a limit',
  comparing: 'waits for the ledger to be compared',
  throttled: 'waits for the vendor',
  clock_set: 'waits for its queue to be built again',
};
