/**
 * The person behind the account: settles unknown orders by what the vendor's books say, and resumes
 * the account when it has paused itself, at once unless it asks for the settling first. Ada never
 * lies: she settles an order only when no request for it can be on its way any more, and only the
 * attempt that she has looked at.
 */
import { booksKey } from '../support/books/books-key.ts';
import { randomFrom } from '../support/random.ts';
import { isAway, isMoved, lastStall, STALL_MS } from './patience.ts';
import type { Scene } from './scene.ts';

export type Unknown = {
  id: number;
  attempt: number;
  /** The name of the worker that sent it; null: any worker may have. */
  worker: string | null;
  /** It may still be under way, as far as the ledger knows. */
  isUnderWay: boolean;
  bought: number;
  search: string;
  quantity: number;
  /** The vendor said that it had sold it a number that is another order's. */
  isDisputed: boolean;
};

export type Finding = { nothing: true } | { bought: string[] };

/** What Ada can see and do. */
export type Controls = {
  pausedReason(): Promise<string | null>;
  resume(): Promise<void>;
  /** Submits and starts again what a ledger that went back has lost. */
  restorePlans(): Promise<void>;
  unknown(): Promise<Unknown[]>;
  /** Which of these numbers orders have. */
  taken(numbers: string[]): Promise<string[]>;
  /** Settles as a person who knows better than any list. Throws AppErrors of settling. */
  settle(order: Unknown, finding: Finding): Promise<void>;
};

/** The account asks to settle what is unknown before it is resumed. */
const SETTLE_FIRST = /may have bought them.*Then resume/;

/** Looks at an order before it is settled, and how long it must have been unknown by then, ms. */
const LOOKS = 3;
const WAIT_MS = 3_000;
/** Nothing is on its way any more that arrived at the vendor so long ago, ms. */
const STILL_MS = 45_000;

export type Person = ReturnType<typeof openPerson>;

type Wishes = { seed: number; share: number };

export function openPerson(
  { workers, gateway, sandbox, complain }: Scene,
  controls: Controls,
  { seed, share }: Wishes,
) {
  /** By order and attempt. */
  const seen = new Map<string, { since: number; looks: number }>();

  /** Whether she cares is decided by the order and attempt, not by when she comes along. */
  const cares = ({ id, attempt }: Unknown) =>
    randomFrom(seed ^ Math.imul(id, 0x9e37_79b1) ^ attempt).below(1_000) < share * 1_000;

  function isReady(order: Unknown): boolean {
    const key = `${order.id} ${order.attempt}`;
    const earlier = seen.get(key);
    // This process is the network as well: what it has not accepted yet nobody has seen.
    const isFresh = !earlier || earlier.since < lastStall();
    const look = isFresh ? { since: performance.now(), looks: 0 } : earlier;
    seen.set(key, look);
    look.looks += 1;
    return (
      look.looks >= LOOKS &&
      !order.isUnderWay &&
      performance.now() - look.since > WAIT_MS &&
      // What was sent before the first look has been accepted since, and is over.
      gateway.oldest() > look.since + STALL_MS &&
      workers.isAwake(order.worker)
    );
  }

  /** What the books say of it; null when that can be no settlement. */
  async function findOut(order: Unknown): Promise<Finding | null> {
    const { requests } = sandbox.books();
    const own = requests.filter((request) => booksKey(request) === booksKey(order));
    const sold = own.flatMap((request) => request.sold);
    if (sold.length === 0) return { nothing: true };
    const taken = await controls.taken(sold);
    const free = sold.filter((number) => !taken.includes(number));
    if (free.length > 0) return { bought: [...new Set(free)] };
    // All it was sold is recorded already. 'Nothing more' makes it short and sends nothing, as long
    // as the ledger knows, too, that it was sold something.
    return order.bought > 0 || order.isDisputed ? { nothing: true } : null;
  }

  async function settle(order: Unknown): Promise<void> {
    const finding = await findOut(order);
    if (finding === null) return;
    try {
      await controls.settle(order, finding);
    } catch (error) {
      // Perhaps her own first try, whose answer was lost, has moved it.
      if (!isMoved(error) && !isTaken(error)) throw error;
    }
  }

  /** Where the program says that nobody but a person can tell what was sent, she looks before. */
  async function compareByHand(): Promise<void> {
    // What came later may still be answered.
    const before = Date.now() - STILL_MS;
    const requests = sandbox.books().requests.filter(({ at }) => at < before);
    const taken = new Set(await controls.taken(requests.flatMap(({ sold }) => sold)));
    const unknown = new Set((await controls.unknown()).map(booksKey));
    const lost = requests.filter(
      (request) => request.sold.some((n) => !taken.has(n)) && !unknown.has(booksKey(request)),
    );
    if (lost.length === 0) return;
    const orders = [...new Set(lost.map(booksKey))].join(', ');
    complain(
      `the account was left to a person, and the ledger does not know of sales for ${orders}`,
    );
  }

  /** `left`: how many orders she still means to settle. */
  async function goOn(left: number): Promise<void> {
    const reason = await controls.pausedReason();
    if (reason === null) return;
    // Until then, what another order like it has bought may be bought once more.
    if (left > 0 && SETTLE_FIRST.test(reason)) return;
    if (reason.includes('nobody can tell what was sent')) await compareByHand();
    await controls.resume();
  }

  return {
    /** Does all that can be done now; returns how many orders she still means to settle. */
    async round(): Promise<number> {
      await controls.restorePlans();
      let left = 0;
      for (const order of share === 0 ? [] : (await controls.unknown()).filter(cares)) {
        if (isReady(order)) await settle(order);
        else left += 1;
      }
      await goOn(left);
      return left;
    },
  };
}

/** A number that was sold twice was recorded for the other order at this very moment. */
function isTaken(error: unknown): boolean {
  return (error as { constraint?: string }).constraint === 'numbers_one_order';
}

/** A round that the ledger's absence cut short is tried again. */
export async function roundOf(person: Person): Promise<number> {
  try {
    return await person.round();
  } catch (error) {
    if (!isAway(error)) throw error;
    return 1;
  }
}
