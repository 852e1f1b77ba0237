/**
 * A vendor, its list and a ledger in memory, in which everything is known: what was sold to which
 * order, and what the ledger would have been told. The judge of verdicts.
 */
import {
  compareListing,
  judgeUnknowns,
  type UnknownAttempt,
  type Verdict,
} from '../../src/evidence/index.ts';

export const SETTLING_MS = 60;
const DEADLINE_MS = 100;
const QUANTITY = 5;

/** Lines that ask for the same and for what overlaps, in two plans. */
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
  /** What the attempt under way has bought, if its answer comes. */
  goods: string[];
};

export type Lie =
  | 'honest'
  | 'reordered'
  | 'empty'
  | 'shrunk'
  | 'capped'
  | 'capped to the newest'
  | 'stale';

export type Step =
  | { do: 'send'; order: number; sells: number; where: 'asked' | 'elsewhere'; ends: boolean }
  | { do: 'answer' | 'expire'; order: number }
  | { do: 'wait'; ms: number }
  | { do: 'stranger'; line: number; buys: number }
  | { do: 'release'; place: number }
  | { do: 'list'; lie: Lie; lag: number }
  | { do: 'judge'; lie: Lie; lag: number; apply: number[] }
  | { do: 'accept'; order: number };

type Sale = { number: string; tick: number; line: number | null; releasedAt: number };
type Owned = { listing: number; backListing: number | null; gone: List | null };
type List = { id: number; beganTick: number; size: number };

const CAP = 100;

export class History {
  tick = 0;
  /** What was sold by then is on an honest list for good. */
  #shownTo = -1;
  readonly orders: Order[];
  /** What was wrong with any verdict so far. */
  readonly wrong: string[] = [];
  readonly #sales: Sale[] = [];
  readonly #owned = new Map<string, Owned>();
  readonly #lists: List[] = [];
  readonly #recordedAt = new Map<string, Order>();
  /** Numbers that evidence gave to an order, not an answer. */
  readonly #settled = new Set<string>();
  readonly #proposals = new Map<number, Verdict>();

  constructor(ownedBefore: number) {
    this.orders = LINES.flatMap((_, line) =>
      Array.from({ length: ORDERS_OF_LINE }, (_, n) => ({
        ...{ id: line * 10 + n, line, state: 'waiting' as State, attempt: 0, baseline: null },
        ...{ endTick: 0, recorded: [], goods: [] },
      })),
    );
    this.tick = -1;
    for (let i = 0; i < ownedBefore; i++) this.#sell('917', null);
    this.tick = 0;
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
        for (let i = 0; i < step.buys; i++) this.#sell(codeOf(step.line), null);
        return;
      case 'release': {
        const sale = this.#sales[step.place % Math.max(1, this.#sales.length)];
        // Somebody releases what is his, not what an order in doubt may have bought.
        if (sale && (sale.line === null || this.#recordedAt.has(sale.number))) {
          sale.releasedAt = Math.min(sale.releasedAt, this.tick);
        }
        return;
      }
      case 'list':
        this.#keep(this.#read(step.lie, step.lag));
        return;
      case 'judge':
        this.#judge(step);
        return;
      case 'accept': {
        const order = this.orders[step.order]!;
        const verdict = this.#proposals.get(order.id);
        if (verdict && verdict.attempt === order.attempt) this.#apply(verdict);
      }
    }
  }

  /** More than a line asks for, sold to it. */
  soldTooMuch(): string[] {
    return LINES.flatMap((line, n) => {
      const sold = this.#sales.filter((sale) => sale.line === n).length;
      const asked = ORDERS_OF_LINE * QUANTITY;
      return sold > asked ? [`${JSON.stringify(line)} was sold ${sold} of ${asked}`] : [];
    });
  }

  /**
   * Numbers that were sold to an order and that no order has, other than those for which orders in
   * doubt of several lines compete.
   */
  lost(): string[] {
    const doubtful = this.orders.filter(({ state }) => state === 'unknown');
    const isContested = (line: number) =>
      doubtful.some(
        (other) =>
          other.line !== line &&
          (codeOf(other.line).startsWith(codeOf(line)) ||
            codeOf(line).startsWith(codeOf(other.line))),
      );
    return this.#sales
      .filter(
        ({ line, number }) => line !== null && !this.#recordedAt.has(number) && !isContested(line),
      )
      .map(({ number }) => number);
  }

  #sell(code: string, line: number | null): string {
    const number = code + String(1_000_000 + this.#sales.length).slice(code.length - 3);
    this.#sales.push({ number, tick: this.tick, line, releasedAt: Infinity });
    return number;
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
    order.goods = Array.from({ length: count }, () => this.#sell(code, order.line));
    if (!ends) return;
    order.state = 'unknown';
    order.endTick = this.tick;
  }

  #end({ do: how, order: place }: { do: 'answer' | 'expire'; order: number }): void {
    const order = this.orders[place]!;
    if (how === 'expire' && order.state === 'sending') order.state = 'unknown';
    // What was cut off is no answer, and no other one comes.
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
    const at = (tick: number) =>
      this.#sales
        .filter((sale) => sale.tick <= tick && sale.releasedAt > this.tick)
        .map(({ number }) => number);
    this.#shownTo = Math.max(this.#shownTo, this.tick - lag);
    const shown = at(this.#shownTo);
    switch (lie) {
      case 'empty':
        return [];
      case 'shrunk':
        return shown.filter((_, n) => n % 4 !== 0);
      case 'capped':
        return shown.slice(0, CAP);
      case 'capped to the newest':
        return shown.slice(-CAP);
      case 'stale':
        return this.#stale(at) ?? shown;
      default:
        return lie === 'reordered' ? shown.reverse() : shown;
    }
  }

  /**
   * An old list. One that nothing tells from a list of an account on which nothing was bought since
   * is slower than the settling time, and that is the operator's word.
   */
  #stale(at: (tick: number) => string[]): string[] | null {
    const witness = this.#sales.findLast(
      ({ number, releasedAt, tick }) =>
        releasedAt === Infinity &&
        tick < this.tick - SETTLING_MS &&
        (this.#owned.has(number) ||
          (this.#recordedAt.get(number)?.endTick ?? Infinity) <= this.tick - SETTLING_MS),
    );
    if (!witness) return null;
    const last = this.#sales.findLast(({ tick }) => tick < witness.tick);
    return at(Math.min(last?.tick ?? -1, witness.tick - 1));
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
      ...{ numbers, settlingMs: SETTLING_MS, ...this.#facts() },
      sending: this.orders.filter(({ state }) => state === 'sending').map(asUnknown),
    });
    const verdicts = judgeUnknowns(unknowns, listing, SETTLING_MS);
    const clear = verdicts.filter((each) => each.finding !== 'later' && each.isClear) as Verdict[];
    this.#proposals.clear();
    for (const verdict of clear) this.#proposals.set(verdict.order, verdict);
    for (const place of apply) {
      const verdict = clear[place];
      if (verdict) this.#apply(verdict);
    }
  }

  #facts() {
    const baselines = this.#lists.map((list) => ({ ...list, endedAt: new Date(list.beganTick) }));
    const recorded = [...this.#recordedAt].map(([number, order]) => ({
      ...{ number, baseline: order.baseline ?? 0, endTick: order.endTick },
      owned: this.#owned.get(number),
    }));
    const never = recorded.filter(
      ({ owned, endTick }) => !owned && endTick + SETTLING_MS <= this.tick,
    );
    const owned = [...this.#owned.values()];
    return {
      baselines,
      strays: [...this.#owned]
        .filter(([number]) => !this.#recordedAt.has(number))
        .map(([number, { listing, backListing }]) => ({ number, listing, backListing })),
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
        neverSince: Math.min(...never.map(({ endTick }) => endTick)) + SETTLING_MS,
      },
    };
  }

  /** As settling does: an order that is still unknown, and numbers that nobody has. */
  #apply({ order: id, finding, numbers }: Verdict): void {
    const order = this.orders.find((each) => each.id === id)!;
    if (order.state !== 'unknown' || numbers.some((number) => this.#recordedAt.has(number))) return;
    for (const number of numbers) {
      const line = this.#sales.find((sale) => sale.number === number)?.line ?? null;
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
  };
}
