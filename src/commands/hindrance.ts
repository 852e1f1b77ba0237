import type { Office } from '../client/index.ts';
import { counted } from '../english.ts';
import type { AccountState, PlanDocument } from '../ledger/index.ts';
import type { Obstacle } from '../obstacles/index.ts';
import { inColour, type Line } from '../terminal/index.ts';

/** Why nothing of a plan is bought at the moment, and what a person can do about it. */
export type Hindrance = {
  what: 'on_hold' | 'resting' | 'out_of_reach' | 'no_answer' | 'still' | Obstacle['kind'];
  sentence: string;
};

/** Nothing has come of a plan for so long, ms: worth a word, unless its pace is slower than that. */
const LONG_MS = 10_000;
/** So long, ms, that what a line says of its last try is still true. */
const SHORT_MS = 1_500;

/** Lines among which one has been tried when the vendor is out of reach: the first ones are. */
const TRIED = 20;

/**
 * What holds up a plan that runs; null: nothing that is known. `worksHere`: this process has a
 * worker for it. `stillMs`: for how long nothing has come of it.
 */
export async function hindranceOf(
  office: Office,
  plan: PlanDocument & { obstacles?: Obstacle[] },
  { worksHere = false, stillMs = Infinity }: { worksHere?: boolean; stillMs?: number } = {},
): Promise<Hindrance | null> {
  if ((!plan.isMoving && !isHeldUp(plan)) || plan.pendingOrders === 0) return null;
  // A server has looked at it already.
  const told = plan.obstacles?.find(({ kind }) => kind !== 'no_worker');
  if (told) return { what: told.kind, sentence: told.words };
  const { id, account: name } = plan;
  const account = await office.accountState(name);
  if (!worksHere && account.workers.length === 0) {
    const sentence = `No worker runs for the account "${name}", so nothing is bought. Here and now: "watch ${id} --work". For all plans, until it is stopped: "work".`;
    return { what: 'no_worker', sentence };
  }
  if (await office.isOnHold(name)) {
    const sentence = `The queue of the account "${name}" is paused in Bull Board, so no order is taken up. "Resume" under "Queues" on the web page ends that.`;
    return { what: 'on_hold', sentence };
  }
  const rest = restOf(account);
  if (rest) return { what: 'resting', sentence: rest };
  if (stillMs < SHORT_MS) return null;
  const waiting = await office.lines(id, { filter: 'waiting', limit: TRIED });
  const line = waiting.find(({ reason }) => reason?.includes('Nothing was sent'));
  if (line) {
    const sentence = `The vendor cannot be reached. ${line.reason} The orders are tried again by themselves, 8 times each.`;
    return { what: 'out_of_reach', sentence };
  }
  return stillness(account, stillMs);
}

/**
 * Whether a server says that the plan stands for a while. A paused account is not among it: the plan
 * says that itself, and only a person ends it.
 */
export function isHeldUp({ obstacles = [] }: PlanDocument & { obstacles?: Obstacle[] }): boolean {
  return obstacles.length > 0 && obstacles.every(({ kind }) => kind !== 'account_paused');
}

/** The same in a line of its own, for a command that has just let a plan go on. */
export async function hindranceLine(office: Office, plan: PlanDocument): Promise<Line[]> {
  const hindrance = await hindranceOf(office, plan);
  return hindrance ? [inColour(hindrance.sentence, 'missing')] : [];
}

function restOf({ resumeAt, restReason }: AccountState): string | null {
  if (restReason !== null) return `The account rests: ${restReason}.`;
  if (resumeAt === null || resumeAt.getTime() <= Date.now()) return null;
  return `The account rests until ${resumeAt.toTimeString().slice(0, 8)}, as the vendor asked.`;
}

function stillness({ rate, inFlight }: AccountState, stillMs: number): Hindrance | null {
  if (stillMs === Infinity || stillMs < Math.max(LONG_MS, 3_000 / (rate ?? 1))) return null;
  const seconds = Math.floor(stillMs / 1000);
  return inFlight > 0
    ? {
        what: 'no_answer',
        sentence: `The vendor has not answered for ${seconds} s. ${counted(inFlight, 'order')} ${inFlight === 1 ? 'was' : 'were'} sent.`,
      }
    : {
        what: 'still',
        sentence: `Nothing has moved for ${seconds} s, though a worker runs. Its log may say why.`,
      };
}
