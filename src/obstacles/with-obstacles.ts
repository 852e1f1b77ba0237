import type {
  ObservedAccount,
  ObservedPlan,
  Obstacle,
  PlanDocument,
  ShownPlan,
} from '../documents/index.ts';
import {
  accountState,
  costAhead,
  findCheck,
  isPlaced,
  openWarnings,
  planEvents,
  recentCost,
} from '../ledger/index.ts';
import { type ObstacleSources, obstaclesOf } from './obstacles.ts';

/** Everything shown about a single plan. Throws AppError `ledger_down`. */
export async function shownOf(sources: ObstacleSources, plan: PlanDocument): Promise<ShownPlan> {
  const { ledger } = sources;
  const check = await findCheck(ledger, plan.id);
  return {
    ...(await observe(sources, plan)),
    slots: check.slots,
    mayCost: await costAhead(ledger, plan, check),
    cost: await recentCost(ledger, plan),
    openWarnings: openWarnings(plan, check),
    events: await planEvents(ledger, plan.id),
  };
}

/**
 * The plan and its obstacles. It moves when it has none. When all of them end by themselves, it
 * still has an estimate. Throws AppError `ledger_down`.
 */
export async function observe(sources: ObstacleSources, plan: PlanDocument): Promise<ObservedPlan> {
  const [observed] = await observeAll(sources, [plan]);
  return observed!;
}

/** The account, and what keeps it from buying. Throws AppErrors `not_found` and `ledger_down`. */
export async function observeAccount(
  sources: ObstacleSources,
  name: string,
): Promise<ObservedAccount> {
  const state = await accountState(sources.ledger, name);
  return { ...state, obstacles: await obstaclesOf(sources, name) };
}

/** Several plans; each account is looked at once. */
export async function observeAll(
  sources: ObstacleSources,
  plans: PlanDocument[],
): Promise<ObservedPlan[]> {
  const names = new Set(plans.filter(mayMove).map(({ account }) => account));
  const looks = [...names].map(
    async (name): Promise<[string, Obstacle[]]> => [name, await obstaclesOf(sources, name)],
  );
  const found = new Map(await Promise.all(looks));
  return plans.map((plan) => withObstacles(plan, mayMove(plan) ? found.get(plan.account)! : []));
}

const mayBuy = (plan: PlanDocument) => isPlaced(plan) && plan.pendingOrders > 0;
/** Only a worker cancels the waiting orders of a cancelled plan, and ends a plan without any. */
const mayEnd = ({ state, isCancelling }: PlanDocument) => isCancelling || state === 'running';
const mayMove = (plan: PlanDocument) => mayBuy(plan) || mayEnd(plan);

function withObstacles(plan: PlanDocument, found: Obstacle[]): ObservedPlan {
  const obstacles = mayBuy(plan) ? found : found.filter(({ kind }) => kind === 'no_worker');
  if (obstacles.length === 0) return { ...plan, obstacles };
  const endsByItself = obstacles.every(({ until }) => until !== null);
  return {
    ...plan,
    // The account's own reason comes first already.
    reason: plan.reason ?? (isPlaced(plan) ? obstacles[0]!.words : null),
    isMoving: false,
    etaSeconds: endsByItself ? plan.etaSeconds : null,
    obstacles,
  };
}
