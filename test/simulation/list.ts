import { AppError } from '../../src/errors.ts';
import type { Books } from './books.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** How the vendor's list of owned numbers is read. */
export type Listing = {
  /** What was sold appears on it within this time, ms. */
  lagMs: number;
  /** How likely it cannot be read. */
  fails: number;
  /** What it leaves out. */
  lie: Lie | null;
};

/** Sees the whole list, oldest numbers first, and returns what it shows of it. */
export type Lie = (whole: string[]) => Promise<string[]>;

const unreadable = () => new AppError('vendor_down', 'The list of owned numbers cannot be read.');

type Reading = { world: World; books: Books; process: Process; listing: Listing };

export function readList({ world, books, process, listing }: Reading): Promise<string[]> {
  const { chance } = world;
  return new Promise((resolve, reject) => {
    world.after(chance.between(5, 300), async () => {
      const at = world.now();
      const isThere = chance.happens(1 - listing.fails);
      const whole = [...books.owned]
        .filter(([number, since]) => since === 0 || since + lagOf(number, listing) <= at)
        .map(([number]) => number);
      const shown = (await listing.lie?.(whole)) ?? whole;
      const ordered = chance.happens(0.5) ? shown : shown.toReversed();
      world.note(`${process.name} reads a list of ${shown.length} of ${books.owned.size} numbers`);
      world.after(chance.between(5, 300), () =>
        process.hear(() => (isThere ? resolve(ordered) : reject(unreadable()))),
      );
    });
  });
}

/** Each number has a lag of its own, so they appear in any order. */
function lagOf(number: string, { lagMs }: Listing): number {
  return (((Number(number) * 7919) % 1000) / 1000) * lagMs;
}
