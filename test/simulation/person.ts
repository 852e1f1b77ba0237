/**
 * The person who looks after the account: submits plans, accepts what the list shows, settles by
 * what the vendor tells her where it shows nothing, and resumes what has paused.
 */
import { AppError } from '../../src/errors.ts';
import {
  acceptVerdict,
  changeAccount,
  closeLines,
  dismissLostPlans,
  findAccount,
  type Ledger,
  listPlans,
  lostPlanMarks,
  lostPlans,
  ordinalOf,
  planOf,
  retryPlan,
  sayForeign,
  settlements,
  settleOrder,
  steerPlan,
  strays,
  submitPlan,
  type UnknownOrder,
  unknownOrders,
  unsettleOrder,
} from '../../src/ledger/index.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import { BY, withNewReason } from '../support/by.ts';
import { inBatches } from '../support/plans.ts';
import { logOf } from './log.ts';
import { checkOf, orderAt, orderNamed, type Plan, planKeyOf } from './plan-file.ts';
import { openProcess, type Process } from './process.ts';
import { planInLedger, type Stage } from './stage.ts';
import { unclaimedSales } from './truth.ts';
import { STRAY } from './vendor.ts';
import { ledgerOver } from './wire.ts';

/** The stage as she reaches it. */
type PersonStage = Stage & {
  ledger: Ledger;
  process: Process;
  /** Plans of which she has ended the tries of one line. */
  closed: Set<Plan>;
  /** When she had second thoughts, ms. */
  thoughts: number[];
};

export function startPerson(stage: Stage): void {
  const { world, site } = stage;
  const process = openProcess(world, 'Ada');
  const ledger = ledgerOver(site.toDatabase, process, site.ledger);
  const hers: PersonStage = {
    ...{ ...stage, ledger, process },
    ...{ closed: new Set<Plan>(), thoughts: [] },
  };
  const everyMs = world.chance.between(5_000, 20_000);

  async function look(): Promise<void> {
    for (const operation of [
      lookAfterPlans,
      closeTries,
      haveSecondThoughts,
      callForeign,
      settleUnknowns,
      liftLimit,
      resume,
    ])
      await operation(hers).catch((error) => {
        // Another was quicker, or it is not allowed: she looks again.
        if (!(error instanceof AppError)) throw error;
        world.note(`Ada hears: ${error.message}`);
      });
    world.after(everyMs, () => void look());
  }
  void look();
}

/**
 * A plan that the ledger has lost is submitted again, unless nobody would know that it was sent.
 */
async function lookAfterPlans(stage: PersonStage): Promise<void> {
  const { scene, world, ledger, site, submitted } = stage;
  for (const plan of scene.plans.filter(({ at }) => at <= world.now())) {
    const known = await planInLedger(ledger, plan);
    const isRemembered = async () =>
      site.redis?.hasForgotten() === false || (await isKept(stage, plan));
    if (!known && (!submitted.has(plan) || (await isRemembered()))) await submit(stage, plan);
  }
  await dismissThoseBack(stage);
  for (const plan of scene.plans) {
    const known = await planInLedger(ledger, plan);
    if (known?.state === 'ready') await steerPlan(ledger, known.id, 'start', BY);
    if (known?.state !== 'paused') continue;
    await steerPlan(ledger, known.id, 'resume', BY, { again: true });
  }
}

/** She submits no remainders, so no plan waits for one that is there again. */
async function dismissThoseBack({ ledger, site }: PersonStage): Promise<void> {
  const { account } = site;
  const back = (await lostPlans(ledger, account.id)).filter(({ planId }) => planId !== null);
  for (const { file } of back)
    await dismissLostPlans(ledger, account, { file, againstEvidence: true }, BY);
}

/** The ledger knows that it has lost the plan, and what was sent of it. */
async function isKept({ ledger, site }: PersonStage, plan: Plan): Promise<boolean> {
  const kept = await lostPlanMarks(ledger, site.account.id);
  return kept.some(({ planKey }) => planKey === planKeyOf(plan));
}

/** Nobody waits for ever. She ends the tries of one line, and later those of all. */
async function closeTries({ scene, world, ledger, closed }: PersonStage): Promise<void> {
  for (const plan of scene.plans) {
    const standing = plan.lines.filter(({ keepTrying }) => keepTrying !== null);
    const known = await planInLedger(ledger, plan);
    if (standing.length === 0 || !known || known.endedAt !== null) continue;
    const [first] = standing;
    if (first && !closed.has(plan) && world.now() > plan.closesAt / 2) {
      closed.add(plan);
      await closeLines(ledger, known.id, first.line, BY);
    }
    if (world.now() > plan.closesAt && !(await isClosed(ledger, known.id)))
      await closeLines(ledger, known.id, null, BY);
  }
}

async function isClosed(ledger: Ledger, planId: number): Promise<boolean> {
  const [plan] = await ledger.query<{ isClosed: boolean }>(
    'select closed_at is not null as "isClosed" from ledger.plans where id = $1',
    [planId],
  );
  return plan?.isClosed ?? false;
}

const SECOND_THOUGHTS = 4;
/** She has no more of them then, ms. */
export const THOUGHTS_UNTIL_MS = 120_000;

/** She takes back what was settled, and tries again what was refused; a few times. */
async function haveSecondThoughts(stage: PersonStage): Promise<void> {
  const { scene, world, ledger, thoughts } = stage;
  const isOver = world.now() > THOUGHTS_UNTIL_MS || thoughts.length >= SECOND_THOUGHTS;
  if (!scene.hasSecondThoughts || isOver || world.chance.happens(0.7)) return;
  thoughts.push(world.now());
  const refused = (await listPlans(ledger)).find((plan) => plan.refused > 0);
  if (refused && world.chance.happens(0.5)) {
    await retryPlan(ledger, refused.id, BY);
    world.note(`Ada tries again what was refused of plan ${refused.id}`);
    return;
  }
  const settled = (await settlements(ledger, {})).filter(({ bought }) => bought > 0);
  if (settled.length === 0) return;
  const { order } = world.chance.pick(settled);
  await unsettleOrder(ledger, order, BY);
  world.note(`Ada takes back what was settled of order ${order}`);
}

async function submit({ ledger, site, world, submitted }: PersonStage, plan: Plan): Promise<void> {
  submitted.add(plan);
  const id = await submitPlan(ledger, {
    accountId: site.account.id,
    name: plan.name,
    check: checkOf(plan),
    lines: () => inBatches(plan.lines),
    again: false,
    who: 'Ada',
  });
  world.note(`Ada has submitted ${plan.name}: plan ${id}`);
  await steerPlan(ledger, id, 'start', BY);
}

/** She says what was bought outside this program; not each time, for she may look too late. */
async function callForeign({ ledger, site, books, world }: PersonStage): Promise<void> {
  if (world.chance.happens(0.5)) return;
  const numbers = (await strays(ledger, site.account.id))
    .filter(({ number, isForeign }) => books.foreign.has(number) && !isForeign)
    .map(({ number }) => number);
  if (numbers.length === 0) return;
  const wish = { numbers, undo: false, againstEvidence: world.chance.happens(0.5) };
  await sayForeign(ledger, site.account, wish, withNewReason());
  world.note(`Ada says that ${numbers.length} numbers are foreign`);
}

async function settleUnknowns(stage: PersonStage): Promise<void> {
  const { ledger, site, process } = stage;
  const { account, settings } = site;
  if ((await unknownOrders(ledger, {})).length === 0) return;
  const { listLagMs } = settings;
  const vendor = site.vendor.over(process);
  await reconcile({ ledger, vendor, account, log: logOf(process), listLagMs, mode: 'propose' });
  const ended = await endedOrders(ledger, listLagMs);
  for (const unknown of await unknownOrders(ledger, {})) {
    const finding = unknown.proposal?.finding;
    const isTold = finding === 'bought' || finding === 'nothing';
    if (isTold && (await isAccepted(ledger, unknown))) continue;
    if (finding !== 'later' && ended.has(unknown.order)) await settleByTruth(stage, unknown);
  }
}

/** Not what gives an order numbers that she has called foreign: she knows better. */
async function isAccepted(ledger: Ledger, { order }: UnknownOrder): Promise<boolean> {
  try {
    await acceptVerdict(ledger, order, withNewReason());
    return true;
  } catch (error) {
    if (error instanceof AppError && error.message.includes('Somebody called')) return false;
    throw error;
  }
}

/** Orders whose last attempt is over, so that what it sold is sold by now. */
async function endedOrders(ledger: Ledger, listLagMs: number): Promise<Set<number>> {
  const rows = await ledger.query<{ id: number }>(
    `select o.id from ledger.orders o join ledger.plans p on p.id = o.plan_id
       join ledger.accounts a on a.id = p.account_id
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
     where o.state = 'unknown' and coalesce(t.answered_tick, t.deadline_tick) + $1 <= a.ticks`,
    [listLagMs],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * What was sold to the order, or to one that it could stand for and that is in no doubt, and that
 * no order has. She knows better than the list, and says so.
 */
async function settleByTruth(stage: PersonStage, unknown: UnknownOrder): Promise<void> {
  const { ledger, books, world } = stage;
  const { order, attempt, quantity, bought } = unknown;
  const plan = await planNamed(stage, order);
  const own = plan && orderAt(plan, ordinalOf(order));
  const others = (await unknownOrders(ledger, { planId: planOf(order) }))
    .filter((each) => each.order !== order)
    .map((each) => ordinalOf(each.order));
  const sales = (await unclaimedSales(ledger, books)).filter((sale) => {
    const sold = plan && orderNamed(plan, sale.order);
    return sold && sold.wish === own?.wish && !others.includes(sold.ordinal);
  });
  // Its own first.
  sales.sort((a, b) => Number(b.order === own?.key) - Number(a.order === own?.key));
  const numbers = sales.flatMap((sale) => sale.numbers).slice(0, quantity - bought);
  const finding = numbers.length > 0 ? { bought: numbers } : ({ nothing: true } as const);
  const knowing = { againstEvidence: true };
  const { state } = await settleOrder(ledger, order, finding, withNewReason(), {
    attempt,
    ...knowing,
  });
  world.note(`Ada settles ${order} attempt ${attempt}: ${numbers.length} bought, ${state}`);
}

/** The plan that an order of the ledger belongs to. */
async function planNamed({ ledger, scene }: PersonStage, order: number) {
  const [row] = await ledger.query<{ sha256: string }>(
    'select sha256 from ledger.plans where id = $1',
    [planOf(order)],
  );
  return scene.plans.find(({ sha256 }) => sha256 === row?.sha256);
}

/** She has waited long enough. In a ledger that went back, it is there again. */
async function liftLimit({ ledger, site, scene, world, lifted }: PersonStage): Promise<void> {
  if (!scene.limit || world.now() < scene.limit.untilMs) return;
  const { name, limits } = await findAccount(ledger, site.account.name);
  if (limits.length === 0) return;
  lifted.atMs ??= world.now();
  await changeAccount(ledger, name, { limits: [] }, BY);
  world.note('Ada lifts the limit');
}

async function resume(stage: PersonStage): Promise<void> {
  const { ledger, site, world } = stage;
  const { pausedReason } = await findAccount(ledger, site.account.name);
  if (pausedReason === null) return;
  const isBusy = (await unknownOrders(ledger, {})).length > 0;
  if (isBusy && world.chance.happens(0.7)) return;
  // Nobody but she can tell now what was sent.
  if (/nobody can tell/.test(pausedReason)) await cancelWhatWasSold(stage);
  else if (/fit no order/.test(pausedReason))
    await cancelWhatWasSold(stage, (number) => number.startsWith(STRAY));
  await changeAccount(ledger, site.account.name, { resume: true }, BY);
  world.note('Ada resumes the account');
}

/** Cancels plans when something was sold for them that the ledger does not know. */
async function cancelWhatWasSold(
  { ledger, books, scene, world }: PersonStage,
  isMeant = (_number: string) => true,
): Promise<void> {
  const sales = (await unclaimedSales(ledger, books)).filter((sale) => sale.numbers.some(isMeant));
  for (const plan of scene.plans) {
    const known = await planInLedger(ledger, plan);
    const isSold = sales.some(({ order }) => order.startsWith(plan.sha256));
    if (!isSold || !known || known.endedAt !== null || known.state === 'cancelled') continue;
    await steerPlan(ledger, known.id, 'cancel', BY);
    world.note(`Ada cancels ${plan.name}: something of it was sold that the ledger does not know`);
  }
}
