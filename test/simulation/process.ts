import type { Timer } from '../../src/done-within.ts';
import type { World } from './world.ts';

/**
 * A process: clocks of its own, and a life that may end or stand still at any await. All that comes
 * to it from outside comes through `hear`, so a dead one hears nothing any more, and one that
 * stands still hears it later.
 */
export type Process = {
  readonly name: string;
  readonly world: World;
  /** A clock that only goes forward, ms. */
  now(): number;
  /** The clock on its wall, ms since 1970. */
  date(): number;
  sleep(ms: number): Promise<void>;
  timer: Timer;
  hear(operation: () => void): void;
  isAlive(): boolean;
  isFrozen(): boolean;
  kill(): void;
  /**
   * Stands still for so long; with its machine, its clock that only goes forward stands still as
   * well.
   */
  freeze(ms: number, withMachine: boolean): void;
  setClock(byMs: number): void;
};

/** Less is lost in rounding: who waited for it again and again would wait for ever. */
const LEAST_MS = 1e-3;

const longEnough = (ms: number) => (ms > 0 ? Math.max(ms, LEAST_MS) : 0);

/** Where the clocks of the world begin, ms since 1970: 1 June 2026, 20:00 UTC. */
export const EPOCH_MS = Date.UTC(2026, 5, 1, 20);

export function openProcess(world: World, name: string): Process {
  let isAlive = true;
  let isFrozen = false;
  let lostMs = 0;
  let frozenAt: number | null = null;
  let wallMs = 0;
  let held: (() => void)[] = [];
  const bootMs = world.chance.between(0, 1e6);

  const process: Process = {
    name,
    world,
    now: () => bootMs + (frozenAt ?? world.now()) - lostMs,
    date: () => EPOCH_MS + world.now() + wallMs,
    sleep: (ms) => new Promise((wake) => void process.timer(ms, wake)),
    timer(ms, ring) {
      const until = process.now() + longEnough(ms);
      let isOff = false;
      const wait = () =>
        world.after(longEnough(until - process.now()), () =>
          process.hear(() => {
            if (isOff) return;
            if (process.now() < until) wait();
            else ring();
          }),
        );
      wait();
      return () => {
        isOff = true;
      };
    },
    hear(operation) {
      if (!isAlive) return;
      if (isFrozen) held.push(operation);
      else operation();
    },
    isAlive: () => isAlive,
    isFrozen: () => isFrozen,
    kill() {
      isAlive = false;
      held = [];
    },
    freeze(ms, withMachine) {
      if (isFrozen || !isAlive) return;
      isFrozen = true;
      const since = world.now();
      if (withMachine) frozenAt = since;
      world.after(ms, () => {
        isFrozen = false;
        if (withMachine) lostMs += world.now() - since;
        frozenAt = null;
        const heard = held;
        held = [];
        for (const operation of heard) process.hear(operation);
      });
    },
    setClock(byMs) {
      wallMs += byMs;
    },
  };
  return process;
}
