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
        return shown.filter((_, n) => n % 4 !== 0);
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

  /** An old list, without a number that every list should have; null: no number would show it. */
  #stale({ now, listLagMs, isSettled }: Reading): string[] | null {
    const witness = this.all.findLast(
      ({ number, releasedAt, tick }) =>
        releasedAt === Infinity && tick < now - listLagMs && isSettled(number),
    );
    if (!witness) return null;
    const last = this.all.findLast(({ tick }) => tick < witness.tick);
    return this.#at(Math.min(last?.tick ?? -1, witness.tick - 1), now);
  }
}
