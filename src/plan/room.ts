import { count, counted } from '../english.ts';
import { PLAN_ROOM } from '../order-size.ts';
import { memoized } from '../reading/index.ts';
import type { Line } from './columns.ts';
import { hoursOf, TRY_EVERY_MS } from './keep-trying.ts';
import type { Warning } from './plan-error.ts';

type Need = { line: number; steps: number; tries: number };

/**
 * Ids of a plan's orders end at `PLAN_ROOM`, and each step of a ladder, in each try, takes as many
 * as the plan has orders. So the wishes of a large plan may not fit.
 */
export class Room {
  /** Null: nobody knows how long `until` a day is. */
  readonly #today: string | null;
  readonly #everyMs: number;
  /** The line that needs most, and what it needs. */
  #most: Need | undefined;
  #need = 0;
  readonly #triesOf = memoized((keepTrying) =>
    Math.ceil((hoursOf(keepTrying, this.#today) * 3_600_000) / this.#everyMs),
  );

  constructor(rules: { today: string; isStrict: boolean } | undefined) {
    this.#today = rules?.today ?? null;
    this.#everyMs = TRY_EVERY_MS[rules?.isStrict === false ? 'sandbox' : 'live'];
  }

  /** A line with fallback or keep_trying, and how many steps its ladder has. */
  add({ line, keepTrying }: Line, steps: number): void {
    const tries = keepTrying === null ? 0 : this.#triesOf(keepTrying);
    const need = needOf({ steps, tries });
    if (need <= this.#need) return;
    this.#need = need;
    this.#most = { line, steps, tries };
  }

  /** Names the line that needs most, when a plan of this size has no room for its wishes. */
  warning(orders: number): Warning | undefined {
    const wish = this.#most;
    const room = Math.floor((PLAN_ROOM - 1) / orders) - 1;
    if (wish === undefined || needOf(wish) <= room) return undefined;
    const { line, steps, tries } = wish;
    const has = `A plan of ${counted(orders, 'order')} has room for`;
    const divide = 'Split the file into smaller plans for more.';
    if (steps > room) {
      const message =
        `${has} ${room} of the ${steps} area codes of this line's fallback, ` +
        `and for no tries after them. ${divide}`;
      return { line, column: 'fallback', message };
    }
    const fit = Math.floor((room - steps) / (steps + 1));
    const days = count(Math.round((fit * this.#everyMs) / 8_640_000) / 10);
    const message =
      `${has} ${count(fit)} tries of this line, one every ${words(this.#everyMs)}: ` +
      `about ${days} days. It asks for ${count(tries)} tries. ${divide}`;
    return { line, column: 'keep_trying', message };
  }
}

const words = (everyMs: number) =>
  everyMs < 3_600_000 ? `${everyMs / 1000} seconds` : `${everyMs / 3_600_000} hours`;

/** In orders for each first order of the plan. */
const needOf = ({ steps, tries }: Pick<Need, 'steps' | 'tries'>) => steps + tries * (steps + 1);
