/**
 * A vendor and a ledger in memory that judge verdicts: the vendor knows which line each number was
 * sold to, and the ledger knows what answers and lists told it.
 */
import {
  compareListing,
  judgeUnknowns,
  type UnknownAttempt,
  type Verdict,
} from '../../src/evidence/index.ts';
import { type Lie, VendorSales } from './vendor-sales.ts';

export const LIST_LAG_MS = 60;
const DEADLINE_MS = 100;
const QUANTITY = 5;

/** Lines that ask for the same or for overlapping area codes, in two plans. */
const LINES = [
  { plan: 1, areaCode: '212', fillQuantity: false },
  { plan: 1, areaCode: '212555', fillQuantity: false },
  { plan: 2, areaCode: '212', fillQuantity: false },
  { plan: 1, areaCode: '415', fillQuantity: false },
  { plan: 1, areaCode: '646', fillQuantity: true },
];
const ORDERS_OF_LINE = 2;
export const ORDERS = LINES.length * ORDERS_OF_LINE;

type State = 'waiting' | 'sending' | 'unknown' | 'done';
type Order = {
  id: number;
  line: number;
  state: State;
  attempt: number;
  baseline: number | null;
  endTick: number;
  recorded: string[];
  /** What the attempt under way has bought. */
  goods: string[];
};

export type Step =
  | { do: 'send'; order: number; sells: number; where: 'asked' | 'elsewhere'; ends: boolean }
  | { do: 'answer' | 'expire'; order: number }
  | { do: 'wait'; ms: number }
  | { do: 'stranger'; line: number; buys: number }
  | { do: 'release'; place: number }
  | { do: 'list'; lie: Lie; lag: number }
  | { do: 'judge'; lie: Lie; lag: number; apply: number[] }
  | { do: 'accept'; order: number };

type Owned = { listing: number; backListing: number | null; gone: List | null };
type List = { id: number; beganTick: number; size: number };

export class History {
  tick = 0;
  readonly orders: Order[];
  /** What was wrong with the verdicts so far. */
  readonly wrong: string[] = [];
  readonly #sales = new VendorSales();
  readonly #owned = new Map<string, Owned>();
  readonly #lists: List[] = [];
  readonly #recordedAt = new Map<string, Order>();
  /** Numbers that evidence gave to an order, not an answer. */
  readonly #settled = new Set<string>();
  readonly #verdicts = new Map<number, Verdict>();

  constructor(ownedBefore: number) {
    this.orders = LINES.flatMap((_, line) =>
      Array.from({ length: ORDERS_OF_LINE }, (_, n) => ({
        ...{ id: line * 10 + n, line, state: 'waiting' as State, attempt: 0, baseline: null },
        ...{ endTick: 0, recorded: [], goods: [] },
      })),
    );
    for (let i = 0; i < ownedBefore; i++) this.#sales.sell('917', null, -1);
  }

  run(step: Step): void {
    switch (step.do) {
      case 'send':
        this.#send(step);
        return;
      case 'answer':
      case 'expire':
        this.#end(step);
        return;
      case 'wait':
        this.tick += step.ms;
        return;
      case 'stranger':
        for (let i = 0; i < step.buys; i++) this.#sales.sell(codeOf(step.line), null, this.tick);
        return;
      case 'release':
        this.#sales.release(step.place, this.tick, (number) => this.#recordedAt.has(number));
        return;
      case 'list':
        this.#keep(this.#read(step.lie, step.lag));
        return;
      case 'judge':
        this.#judge(step);
        return;
      case 'accept': {
        const order = this.orders[step.order]!;
        const verdict = this.#verdicts.get(order.id);
        if (verdict && verdict.attempt === order.attempt) this.#apply(verdict);
      }
    }
  }

  /** Lines that were sold more than they ask for. */
  soldTooMuch(): string[] {
    return LINES.flatMap((line, n) => {
      const sold = this.#sales.all.filter((sale) => sale.line === n).length;
      const asked = ORDERS_OF_LINE * QUANTITY;
      return sold > asked ? [`${JSON.stringify(line)} was sold ${sold} of ${asked}`] : [];
    });
  }

  /** Numbers that were sold to an order and that no order has, unless unknown lines compete. */
  lost(): string[] {
    const doubtful = this.orders.filter(({ state }) => state === 'unknown');
    const isContested = (line: number) =>
      doubtful.some(
        (other) =>
          other.line !== line &&
          (codeOf(other.line).startsWith(codeOf(line)) ||
            codeOf(line).startsWith(codeOf(other.line))),
      );
    return this.#sales.all
      .filter(
        ({ line, number }) => line !== null && !this.#recordedAt.has(number) && !isContested(line),
      )
      .map(({ number }) => number);
  }

  #send({ order: place, sells, where, ends }: Extract<Step, { do: 'send' }>): void {
    const order = this.orders[place]!;
    if (order.state !== 'waiting') return;
    const { fillQuantity } = LINES[order.line]!;
    const count = fillQuantity ? (sells > 0 ? QUANTITY : 0) : Math.min(sells, QUANTITY);
    order.state = 'sending';
    order.attempt++;
    order.baseline = this.#lists.at(-1)?.id ?? null;
    order.endTick = this.tick + DEADLINE_MS;
    const code = where === 'asked' ? codeOf(order.line) : '999';
    order.goods = Array.from({ length: count }, () =>
      this.#sales.sell(code, order.line, this.tick),
    );
    if (!ends) return;
    order.state = 'unknown';
    order.endTick = this.tick;
  }

  #end({ do: how, order: place }: { do: 'answer' | 'expire'; order: number }): void {
    const order = this.orders[place]!;
    if (how === 'expire' && order.state === 'sending') order.state = 'unknown';
    // An order that has ended gets no answer any more.
    const isSent = order.state === 'sending' || order.state === 'unknown';
    if (how === 'expire' || !isSent || this.tick >= order.endTick) return;
    const isFree = order.goods.every((number) => !this.#recordedAt.has(number));
    if (isFree) this.#record(order, order.goods);
    order.endTick = Math.min(order.endTick, this.tick);
  }

  #record(order: Order, numbers: string[]): void {
    order.recorded.push(...numbers);
    for (const number of numbers) this.#recordedAt.set(number, order);
    order.state = 'done';
  }

  /** What the vendor's list shows. */
  #read(lie: Lie, lag: number): string[] {
    const isSettled = (number: string) =>
      this.#owned.has(number) ||
      (this.#recordedAt.get(number)?.endTick ?? Infinity) <= this.tick - LIST_LAG_MS;
    const unknowns = this.orders.filter(({ state }) => state === 'unknown');
    const before = Math.min(...unknowns.map(({ baseline }) => baseline ?? 0));
    const isKnown = (number: string) =>
      this.#recordedAt.has(number) || (this.#owned.get(number)?.listing ?? Infinity) <= before;
    return this.#sales.list(lie, {
      ...{ now: this.tick, lag, listLagMs: LIST_LAG_MS, isSettled, isKnown },
    });
  }

  #keep(numbers: string[]): List {
    const list = { id: this.#lists.length + 1, beganTick: this.tick, size: numbers.length };
    this.#lists.push(list);
    const listed = new Set(numbers);
    for (const [number, owned] of this.#owned) {
      if (!listed.has(number)) owned.gone ??= list;
      else if (owned.gone) Object.assign(owned, { gone: null, backListing: list.id });
    }
    for (const number of numbers) {
      if (!this.#owned.has(number)) {
        this.#owned.set(number, { listing: list.id, backListing: null, gone: null });
      }
    }
    return list;
  }

  #judge({ lie, lag, apply }: Extract<Step, { do: 'judge' }>): void {
    const numbers = this.#read(lie, lag);
    const list = this.#keep(numbers);
    const unknowns = this.orders.filter(({ state }) => state === 'unknown').map(asUnknown);
    const listing = compareListing({
      ...{ id: list.id, isAlone: true, beganTick: this.tick, beganAt: new Date(this.tick) },
      ...{ numbers, listLagMs: LIST_LAG_MS, ...this.#facts() },
      sending: this.orders.filter(({ state }) => state === 'sending').map(asUnknown),
      unasked: this.#unasked,
      lostSince: null,
    });
    const verdicts = judgeUnknowns(unknowns, listing, LIST_LAG_MS);
    const clear = verdicts.filter((each) => each.finding !== 'later' && each.isClear) as Verdict[];
    this.#verdicts.clear();
    for (const verdict of clear) this.#verdicts.set(verdict.order, verdict);
    for (const place of apply) {
      const verdict = clear[place];
      if (verdict) this.#apply(verdict);
    }
  }

  get #unasked() {
    return [...this.#recordedAt]
      .filter(([number, { line }]) => !number.startsWith(codeOf(line)))
      .map(([number, { id }]) => {
        const owned = this.#owned.get(number);
        const isListed = owned && !owned.gone;
        const listing = isListed ? Math.max(owned.listing, owned.backListing ?? 0) : 0;
        return { number, holder: id, listing };
      });
  }

  #facts() {
    const baselines = this.#lists.map((list) => ({ ...list, endedAt: new Date(list.beganTick) }));
    const recorded = [...this.#recordedAt].map(([number, order]) => ({
      ...{ number, baseline: order.baseline ?? 0, endTick: order.endTick },
      owned: this.#owned.get(number),
    }));
    const never = recorded.filter(
      ({ owned, endTick }) => !owned && endTick + LIST_LAG_MS <= this.tick,
    );
    const owned = [...this.#owned.values()];
    return {
      baselines,
      strays: [...this.#owned]
        .filter(([number]) => !this.#recordedAt.has(number))
        .map(([number, { listing, backListing }]) => {
          return { number, listing, backListing, isTaken: false, isForeign: false };
        }),
      resold: recorded.flatMap(({ owned, ...each }) =>
        owned && (owned.backListing !== null || !this.#settled.has(each.number))
          ? [{ ...each, seenListing: owned.backListing ?? owned.listing }]
          : [],
      ),
      missing: {
        gone: owned.flatMap(({ listing, gone }) =>
          gone ? [{ listing, goneListing: gone.id, goneTick: gone.beganTick }] : [],
        ),
        known: owned.length,
        newerThan: Math.max(
          0,
          ...recorded
            .filter(({ number, owned }) => owned && !owned.gone && !this.#settled.has(number))
            .map(({ baseline }) => baseline),
        ),
        neverListed: never.length,
        neverSince: Math.min(...never.map(({ endTick }) => endTick)) + LIST_LAG_MS,
      },
    };
  }

  /** As settling does: only an order that is still unknown gets numbers, and no order has them. */
  #apply({ order: id, finding, numbers }: Verdict): void {
    const order = this.orders.find((each) => each.id === id)!;
    if (order.state !== 'unknown' || numbers.some((number) => this.#recordedAt.has(number))) return;
    for (const number of numbers) {
      const line = this.#sales.all.find((sale) => sale.number === number)?.line ?? null;
      if (line !== null && line !== order.line) this.wrong.push(`${number} went to order ${id}`);
    }
    if (finding === 'nothing') {
      order.state = 'waiting';
      return;
    }
    this.#record(order, numbers);
    for (const number of numbers) this.#settled.add(number);
  }
}

const codeOf = (line: number): string => LINES[line % LINES.length]!.areaCode;

function asUnknown({ id, line, attempt, baseline, endTick, recorded }: Order): UnknownAttempt {
  return {
    ...{ order: id, attempt, baseline, endTick, wasEnded: true, disputed: 0, named: [] },
    ...{ type: 'local', distance: null, allowOverlay: null, cleansedOnly: null },
    ...{ smsSupported: null, orderSlot: null, ...LINES[line]! },
    lacking: QUANTITY - recorded.length,
    hasOldBaseline: false,
    isElsewhere: false,
  };
}
