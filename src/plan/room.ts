import { count, counted } from '../english.ts';
import { PLAN_ROOM } from '../order-size.ts';
import type { Line } from './columns.ts';
import { hoursOf, TRY_EVERY_MS } from './keep-trying.ts';
import type { Warning } from './plan-error.ts';

const TRY_EVERY_HOURS = TRY_EVERY_MS.live / 3_600_000;

type Wish = { line: number; steps: number; tries: number };

/**
 * Ids of a plan's orders end at `PLAN_ROOM`, and each step of a ladder, in each try, takes as many
 * as the plan has orders. So the wishes of a large plan may not fit.
 */
export class Room {
  /** Null: nobody knows how long `until` a day is. */
  readonly #today: string | null;
  /** The line that needs most, and what it needs. */
  #most: Wish | undefined;

  constructor(today: string | null) {
    this.#today = today;
  }

  /** A line with fallback or keep_trying, and how many steps its ladder has. */
  add({ line, keepTrying }: Line, steps: number): void {
    const hours = keepTrying === null ? 0 : hoursOf(keepTrying, this.#today);
    const wish = { line, steps, tries: Math.ceil(hours / TRY_EVERY_HOURS) };
    if (this.#most === undefined || needOf(wish) > needOf(this.#most)) this.#most = wish;
  }

  /** What does not fit into a plan of so many orders, told of the line that needs most. */
  warning(orders: number): Warning | undefined {
    const wish = this.#most;
    const room = Math.floor((PLAN_ROOM - 1) / orders) - 1;
    if (wish === undefined || needOf(wish) <= room) return undefined;
    const { line, steps, tries } = wish;
    const has = `A plan of ${counted(orders, 'order')} has room for`;
    const divide = 'Divide the file into smaller plans for more.';
    if (steps > room) {
      const message =
        `${has} ${room} of the ${steps} area codes of this line's fallback, ` +
        `and for no try after them. ${divide}`;
      return { line, column: 'fallback', message };
    }
    const fit = Math.floor(room / (steps + 1));
    const days = count(Math.round((fit * TRY_EVERY_HOURS) / 2.4) / 10);
    const message =
      `${has} ${count(fit)} tries of this line, one each ${TRY_EVERY_HOURS} hours: ` +
      `about ${days} days, and it asks for ${count(tries)} tries. ${divide}`;
    return { line, column: 'keep_trying', message };
  }
}

/** In orders for each first order of the plan. */
const needOf = ({ steps, tries }: Wish) => steps + tries * (steps + 1);
