import type { Approval, PlanDocument } from '../../documents/index.ts';
import { counted } from '../../english.ts';
import { AppError } from '../../errors.ts';
import { thresholdWords } from '../../limits/index.ts';
import { isPart, personOf } from '../../name-rule.ts';
import { moneyWords } from '../../prices/index.ts';
import { type By, noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { lockAkin, lockPlan } from '../plans/lock.ts';
import { type Ask, askFor, type GuardedPlan, type Release, type SentAgain } from './ask.ts';
import { HAS_EXPIRED, IS_ASKED, namesAll, WAITS } from './find.ts';
import { barredFrom, personsOf } from './persons.ts';

/** What an event keeps of it. */
export type Passed = {
  /** In numbers. */
  threshold?: number | null;
  /** The one that was used, above the threshold. */
  approval?: number;
  /** Numbers that may be bought again, below it. */
  freed?: number;
  /** Of a start: the hash of the prices that counted, or `none`. */
  prices?: string;
};

/** What may go ahead. `orders`: these of a retry or a settlement; null: all, for no threshold. */
export type Allowed = { passed: Passed; orders: SentAgain[] | null };

/** Carries the question out of a transaction that must leave nothing else behind. */
class LacksApproval extends Error {
  readonly ask: Ask;
  readonly signer: By;
  constructor(ask: Ask, signer: By) {
    super('an approval is lacking');
    this.ask = ask;
    this.signer = signer;
  }
}

/**
 * A transaction in which `requireApproval` may be called. When an approval is lacking, all of it is
 * rolled back, and then the question is kept. Throws AppError `needs_approval`, which names it.
 */
export async function underApproval<Result>(
  ledger: Ledger,
  work: (tx: Queries) => Promise<Result>,
): Promise<Result> {
  try {
    return await ledger.transaction(work);
  } catch (error) {
    if (!(error instanceof LacksApproval)) throw error;
    const { ask, signer } = error;
    throw await ledger.transaction((tx) => keepQuestion(tx, ask, signer));
  }
}

/**
 * Says which orders of a release may go ahead now. Below the threshold all may. Above it, an unused
 * approval is used, for the orders that it names and that have not changed since. Without one it
 * throws, and `underApproval`, which must run it, keeps a question. `read` returns the release; it
 * runs once the plan is locked, and never where the account has no threshold.
 */
export async function requireApproval(
  tx: Queries,
  planId: number,
  read: () => Promise<Omit<Release, 'planId'>>,
  signer: By,
): Promise<Allowed> {
  await lockAkin(tx, planId);
  const guarded = await findThreshold(tx, planId);
  if (!guarded) return { passed: {}, orders: null };
  const release = { planId, ...(await read()) };
  const { orders } = release;
  const passed = { threshold: guarded.threshold.aboveNumbers };
  if (release.numbers === 0) return { passed, orders };
  const ask = await askFor(tx, release, guarded);
  const prices = release.kind === 'start' ? { prices: ask.facts.prices ?? 'none' } : {};
  if (!ask.isAbove)
    return { passed: { ...passed, ...prices, ...(await countFreed(tx, release)) }, orders };
  const answers = await findAnswers(tx, ask, signer);
  const yes = bestOf(answers, release);
  if (!yes) throw new LacksApproval(await askForRest(tx, ask, answers, guarded), signer);
  await tx.query(
    // It had not expired when it was found, and may have since.
    `update ledger.approvals set used_by = $2, used_person = $3,
       used_at = least(ledger.now(), expires_at)
     where id = $1`,
    [yes.id, signer.who, personOf(signer.who)],
  );
  // Somebody has looked: it is counted from here.
  await tx.query('update ledger.plans set freed = 0 where id = $1', [planId]);
  return {
    passed: { ...passed, ...prices, approval: yes.id },
    orders: orders.filter((each) => isNamed(each, yes)),
  };
}

/** Whether the question that the start of a ready plan would ask now waits for its answer. */
export async function isStartAsked(
  ledger: Queries,
  { id, requested }: Pick<PlanDocument, 'id' | 'requested'>,
): Promise<boolean> {
  const guarded = await findThreshold(ledger, id);
  if (!guarded) return false;
  const release = { kind: 'start' as const, planId: id, orders: [], numbers: requested };
  const { isAbove, binding } = await askFor(ledger, release, guarded);
  if (!isAbove) return false;
  const waiting = await ledger.query(
    `select from ledger.approvals v join ledger.plans p on p.id = v.plan_id
     where v.plan_id = $1 and v.binding = $2 and ${WAITS}`,
    [id, binding],
  );
  return waiting.length > 0;
}

/** Counts what is sent again without an approval. */
async function countFreed(
  tx: Queries,
  { kind, planId, numbers }: Release,
): Promise<Pick<Passed, 'freed'>> {
  if (kind === 'start') return {};
  await tx.query('update ledger.plans set freed = freed + $2 where id = $1', [planId, numbers]);
  return { freed: numbers };
}

/**
 * Subtracts what a settlement had freed, when it is taken back before the order was sent again. A
 * use of an approval since then has set the count to 0. Call it while the plan is locked.
 */
export async function takeBackFreed(tx: Queries, planId: number, order: number): Promise<void> {
  await tx.query(
    `update ledger.plans p set freed = greatest(0, p.freed - (e.detail ->> 'freed')::int)
     from (select id, detail from ledger.events
       where order_id = $2 and kind = 'order_settled' order by id desc limit 1) e
     where p.id = $1 and e.detail ? 'freed' and not exists (
       select from ledger.events used
       where used.plan_id = p.id and used.id > e.id and used.detail ? 'approval'
         and used.kind in ('plan_retried', 'order_settled'))`,
    [planId, order],
  );
}

/** Undefined where nothing waits for an approval. */
async function findThreshold(tx: Queries, planId: number): Promise<GuardedPlan | undefined> {
  const [found] = await tx.query<GuardedPlan>(
    `select a.id as "accountId", a.mode, p.sha256, a.approval as threshold
     from ledger.plans p join ledger.accounts a on a.id = p.account_id
     where p.id = $1 and a.approval is not null`,
    [planId],
  );
  return found;
}

/** A yes that was not used; for a part of the program also a no, for it does not ask twice. */
type Answered = {
  id: number;
  answer: 'yes' | 'no';
  /** By order: the attempt, and the numbers that it asks for. */
  orders: Record<string, [attempt: number, numbers: number]>;
  /** Another person gave it than who acts on it. */
  isOthers: boolean;
};

/** The answers to this question, whichever orders they name. */
async function findAnswers(tx: Queries, ask: Ask, signer: By): Promise<Answered[]> {
  return tx.query<Answered>(
    `select v.id, v.answer, v.orders, v.answered_person <> all ($3::text[]) as "isOthers"
     from ledger.approvals v join ledger.plans p on p.id = v.plan_id
     where v.plan_id = $1 and v.binding = $2 and (v.answer = 'no' and $4
       or v.answer = 'yes' and v.used_at is null and not ${HAS_EXPIRED} and ${IS_ASKED})
     order by v.id`,
    [ask.release.planId, ask.binding, await personsOf(tx, signer), isPart(signer.who)],
  );
}

function isNamed(
  { order, attempt, numbers }: SentAgain,
  { orders }: Pick<Answered, 'orders'>,
): boolean {
  const named = orders[order];
  return named !== undefined && named[0] === attempt && numbers <= named[1];
}

/** A yes serves once. So this takes the one that names the fewest orders outside the release. */
function bestOf(answers: Answered[], { kind, orders }: Release): Answered | undefined {
  const serving = answers.flatMap((yes) => {
    const count = orders.filter((each) => isNamed(each, yes)).length;
    const serves = yes.answer === 'yes' && yes.isOthers && (kind === 'start' || count > 0);
    return serves ? [{ yes, besides: Object.keys(yes.orders).length - count }] : [];
  });
  return serving.toSorted((a, b) => a.besides - b.besides)[0]?.yes;
}

/** The same, without the orders that an answer names already. */
async function askForRest(
  tx: Queries,
  ask: Ask,
  answers: Answered[],
  guarded: GuardedPlan,
): Promise<Ask> {
  const { release } = ask;
  const orders = release.orders.filter((each) => !answers.some((answer) => isNamed(each, answer)));
  if (orders.length === 0 || orders.length === release.orders.length) return ask;
  const numbers = orders.reduce((sum, each) => sum + each.numbers, 0);
  return askFor(tx, { ...release, orders, numbers }, guarded);
}

/** `isOthers`: another person answered it, between the look for an approval and now. */
type Open = { id: number; answer: 'yes' | 'no' | null; isOthers: boolean };

/** One question for one thing, or for a part of it. After a no, only a person asks again. */
async function keepQuestion(tx: Queries, ask: Ask, signer: By): Promise<AppError> {
  const { planId } = ask.release;
  await lockPlan(tx, planId);
  const [open] = await tx.query<Open>(
    `select v.id, v.answer,
       coalesce(v.answered_person <> all ($5::text[]), false) as "isOthers"
     from ledger.approvals v join ledger.plans p on p.id = v.plan_id
     where v.plan_id = $1 and v.binding = $2 and ${namesAll('v.orders', '$3::jsonb')}
       and (v.answer = 'no' and $4 or v.answer is distinct from 'no' and v.used_at is null
         and not ${HAS_EXPIRED} and ${IS_ASKED})
     order by v.id desc limit 1`,
    [
      ...[planId, ask.binding, namesOf(ask.release), isPart(signer.who)],
      await personsOf(tx, signer),
    ],
  );
  if (open) return refusal(ask, open);
  const id = await insertQuestion(tx, ask, signer);
  return refusal(ask, { id, answer: null, isOthers: false });
}

/** As a question keeps them. */
const namesOf = ({ orders }: Release): string =>
  JSON.stringify(
    Object.fromEntries(orders.map(({ order, attempt, numbers }) => [order, [attempt, numbers]])),
  );

async function insertQuestion(tx: Queries, ask: Ask, signer: By): Promise<number> {
  const { release, accountId, threshold, numbers, money, currency, facts, binding } = ask;
  const { kind, planId } = release;
  const [row] = await tx.query<{ id: number }>(
    `insert into ledger.approvals (kind, account_id, plan_id, binding, facts, numbers, money,
       currency, asked_by, asked_person, by, why, hours, expires_at, barred, orders)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10, $11, $12, $13::int,
       ledger.now() + make_interval(hours => $13), $14::text[], $15::jsonb) returning id`,
    [
      ...[kind, accountId, planId, binding, JSON.stringify(facts), numbers, money, currency],
      ...[signer.who, personOf(signer.who), signer.by ?? null, signer.why ?? null],
      threshold.hours,
      ...[await barredFrom(tx, planId, signer), namesOf(release)],
    ],
  );
  const { id } = row!;
  const detail = { approval: id, kind, numbers, money, currency };
  await noteEvent(tx, { kind: 'approval_wanted', ...signer, planId, detail });
  return id;
}

const WHAT: Record<Approval['kind'], (plan: number) => string> = {
  start: (plan) => `The start of plan ${plan} buys`,
  retry: (plan) => `The retry of plan ${plan} asks again for`,
  settle: (plan) => `Settling as nothing makes plan ${plan} ask again for`,
};

/** Says what waits for whom, and what to do next. */
function refusal(ask: Ask, { id, answer, isOthers }: Open): AppError {
  const { release, threshold, numbers, facts } = ask;
  const { kind, planId } = release;
  const together = facts.before > 0 ? `, ${counted(numbers, 'number')} with what went before` : '';
  const waits =
    `${WHAT[kind](planId)} ${counted(facts.numbers, 'number')}${together}${costWords(ask)}. ` +
    `Above ${thresholdWords(threshold)}, it waits for the approval of another person with the ` +
    'role approve.';
  const then = kind === 'settle' ? 'settle it again' : `say "${kind} ${planId}"`;
  const next = {
    yes: isOthers
      ? `Approval ${id} was approved meanwhile: try once more.`
      : `You gave approval ${id}, so another person must ${then}.`,
    no: `Approval ${id} was refused, and only a person asks again.`,
    open:
      `Approval ${id} waits: "approve ${id}" or "refuse ${id} --why TEXT". Once approved, ` +
      `${then}. USERS_FILE gives people roles.`,
  }[answer ?? 'open'];
  return new AppError('needs_approval', `${waits} ${next}`, { id: planId, approval: id });
}

function costWords({ threshold, money, currency }: Ask): string {
  if (money !== null && currency !== null)
    return `, for at most ${moneyWords(money, currency)} in the first month`;
  return threshold.aboveMoney === null ? '' : ', and what that costs is not known';
}
