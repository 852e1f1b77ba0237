/** What a vendor in memory has sold, and the list that it shows, true or false. */

export type Lie =
  | 'honest'
  | 'reordered'
  | 'empty'
  | 'shrunk'
  | 'capped'
  | 'capped to the newest'
  | 'stale';

type Sale = { number: string; tick: number; line: number | null; releasedAt: number };

type Reading = {
  now: number;
  lag: number;
  listLagMs: number;
  /** Whether an account can expect the number on every list by now. */
  isSettled: (number: string) => boolean;
  /** Whether an answer told the number, or a list before the unknown orders. */
  isKnown: (number: string) => boolean;
};

const CAP = 100;

export class VendorSales {
  readonly all: Sale[] = [];
  /** Sales until this tick stay on every honest list. */
  #shownTo = -1;

  sell(code: string, line: number | null, tick: number): string {
    const number = code + String(1_000_000 + this.all.length).slice(code.length - 3);
    this.all.push({ number, tick, line, releasedAt: Infinity });
    return number;
  }

  /** Releases a number, unless an unknown order may have bought it. */
  release(place: number, now: number, isRecorded: (number: string) => boolean): void {
    const sale = this.all[place % Math.max(1, this.all.length)];
    if (sale && (sale.line === null || isRecorded(sale.number))) {
      sale.releasedAt = Math.min(sale.releasedAt, now);
    }
  }

  list(lie: Lie, reading: Reading): string[] {
    const { now, lag } = reading;
    this.#shownTo = Math.max(this.#shownTo, now - lag);
    const shown = this.#at(this.#shownTo, now);
    switch (lie) {
      case 'empty':
        return [];
      case 'shrunk':
        return this.#shrunk(shown, reading) ?? shown;
      case 'capped':
        return shown.slice(0, CAP);
      case 'capped to the newest':
        return shown.slice(-CAP);
      case 'stale':
        return this.#stale(reading) ?? shown;
      default:
        return lie === 'reordered' ? shown.reverse() : shown;
    }
  }

  #at(tick: number, now: number): string[] {
    return this.all
      .filter((sale) => sale.tick <= tick && sale.releasedAt > now)
      .map(({ number }) => number);
  }

  /** Without every fourth number; null: the account knows others, and no number would show it. */
  #shrunk(shown: string[], reading: Reading): string[] | null {
    const expected = new Set(this.all.filter(isExpected(reading)).map(({ number }) => number));
    const isDropped = (place: number) => place % 4 === 0;
    const isShown = shown.some((number, n) => isDropped(n) && expected.has(number));
    if (!isShown && shown.some(reading.isKnown)) return null;
    return shown.filter((_, n) => !isDropped(n));
  }

  /** An old list, without a number that every list should have; null: no number would show it. */
  #stale(reading: Reading): string[] | null {
    const { now } = reading;
    const witness = this.all.findLast(isExpected(reading));
    if (!witness) return null;
    const last = this.all.findLast(({ tick }) => tick < witness.tick);
    return this.#at(Math.min(last?.tick ?? -1, witness.tick - 1), now);
  }
}

/** Whether a list would be found wrong that lacks the sale. */
const isExpected =
  ({ now, listLagMs, isSettled }: Reading) =>
  ({ number, releasedAt, tick }: Sale): boolean =>
    releasedAt === Infinity && tick < now - listLagMs && isSettled(number);
