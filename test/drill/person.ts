/**
 * The person behind the account: resumes it as soon as it has paused itself, and settles unknown
 * orders by what the vendor's books say. Ada never lies: she settles an order only when no request
 * for it can be on its way any more, and only the attempt that she has looked at.
 */
import { AppError } from '../../src/errors.ts';
import { changeAccount, findAccount, type Ledger, settleOrder } from '../../src/ledger/index.ts';
import { randomFrom } from '../support/random.ts';
import { isAway } from './patience.ts';
import { ACCOUNT, type Scene } from './scene.ts';
import { booksKey } from './schedule.ts';

type Unknown = {
  id: number;
  attempt: number;
  worker: string;
  bought: number;
  search: string;
  quantity: number;
  /** The vendor said that it had sold it a number that is another order's. */
  isDisputed: boolean;
};
type Finding = { nothing: true } | { bought: string[] };

/** Looks at an order before it is settled, and how long it must have been unknown by then, ms. */
const LOOKS = 3;
const WAIT_MS = 1_500;

export type Person = ReturnType<typeof openPerson>;

export function openPerson(scene: Scene, { seed, share }: { seed: number; share: number }) {
  const { ledger, crew, gateway, sandbox } = scene;
  /** By order and attempt. */
  const seen = new Map<string, { since: number; looks: number }>();

  /** Whether she cares is decided by the order and attempt, not by when she comes along. */
  const cares = ({ id, attempt }: Unknown) =>
    randomFrom(seed ^ Math.imul(id, 0x9e37_79b1) ^ attempt).below(1_000) < share * 1_000;

  function isReady(order: Unknown): boolean {
    const key = `${order.id} ${order.attempt}`;
    const look = seen.get(key) ?? { since: performance.now(), looks: 0 };
    seen.set(key, look);
    look.looks += 1;
    // worker.ts names a worker by its host, its pid and a random word.
    const pid = Number(order.worker.split(':')[1]);
    return (
      look.looks >= LOOKS &&
      performance.now() - look.since > WAIT_MS &&
      gateway.oldest() > look.since &&
      crew.isAwake(pid)
    );
  }

  /** What the books say of it; null when that can be no settlement. */
  async function findOut(order: Unknown): Promise<Finding | null> {
    const { requests } = sandbox.books();
    const own = requests.filter((request) => booksKey(request) === booksKey(order));
    const sold = own.flatMap((request) => request.sold);
    if (sold.length === 0) return { nothing: true };
    const taken = await ledger.query<{ number: string }>(
      'drill_taken',
      'select number::text as number from ledger.numbers where number = any($1::bigint[])',
      [sold],
    );
    const free = sold.filter((number) => !taken.some((each) => each.number === number));
    if (free.length > 0) return { bought: [...new Set(free)] };
    // All it was sold is recorded already. 'Nothing more' makes it short and sends nothing, as long as
    // the ledger knows, too, that it was sold something.
    return order.bought > 0 || order.isDisputed ? { nothing: true } : null;
  }

  async function settle(order: Unknown): Promise<void> {
    const finding = await findOut(order);
    if (finding === null) return;
    const by = { who: 'Ada', why: "the vendor's books say so" };
    try {
      // The books know better than any list.
      const asked = onlyAttempt(ledger, order);
      await settleOrder(asked, order.id, finding, by, { againstEvidence: true });
    } catch (error) {
      // Something else moved it meanwhile: reconciling, a late answer, her own lost first try.
      const isRefused = error instanceof AppError && error.code === 'wrong_state';
      if (!isRefused && !isTaken(error)) throw error;
    }
  }

  return {
    /** Does all that can be done now; returns how many orders she still means to settle. */
    async round(): Promise<number> {
      const { pausedReason } = await findAccount(ledger, ACCOUNT);
      const by = { who: 'Ada', why: 'the drill goes on' };
      if (pausedReason !== null) await changeAccount(ledger, ACCOUNT, { resume: true }, by);
      if (share === 0) return 0;
      const unknown = await ledger.query<Unknown>(
        'drill_unknown',
        `select o.id, o.attempts as attempt, t.worker, o.bought, l.area_code as search,
           o.quantity, exists (select from ledger.disputes d where d.order_id = o.id) as "isDisputed"
         from ledger.orders o join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
           join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
         where o.state = 'unknown' order by o.id`,
      );
      let left = 0;
      for (const order of unknown.filter(cares)) {
        if (isReady(order)) await settle(order);
        else left += 1;
      }
      return left;
    },
  };
}

/** The ledger, as long as the order's last attempt is the one that was looked at. */
function onlyAttempt(ledger: Ledger, { id, attempt }: Unknown): Ledger {
  return {
    ...ledger,
    transaction: (work) =>
      ledger.transaction(async (tx) => {
        const [row] = await tx.query<{ attempts: number }>(
          'drill_only_attempt',
          'select attempts from ledger.orders where id = $1 for update',
          [id],
        );
        if (row?.attempts !== attempt) throw new AppError('wrong_state', 'It was sent again.');
        return work(tx);
      }),
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
