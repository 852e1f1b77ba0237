import type { Timer } from '../../src/timing/index.ts';
import type { World } from './world.ts';

/**
 * A process: clocks of its own, and a life that may end or stand still at any await. All that comes
 * to it from outside comes through `hear`, so a dead one hears nothing any more, and one that
 * stands still hears it later.
 */
export type Process = ReturnType<typeof openProcess>;

/** Less is lost in rounding: who waited for it again and again would wait for ever. */
const LEAST_MS = 1e-3;

const longEnough = (ms: number) => (ms > 0 ? Math.max(ms, LEAST_MS) : 0);

/** Where the clocks of the world begin, ms since 1970: 1 June 2026, 20:00 UTC. */
export const EPOCH_MS = Date.UTC(2026, 5, 1, 20);

export function openProcess(world: World, name: string) {
  let isAlive = true;
  let isFrozen = false;
  let lostMs = 0;
  let frozenAt: number | null = null;
  let wallMs = 0;
  let held: (() => void)[] = [];
  const bootMs = world.chance.between(0, 1e6);

  const now = () => bootMs + (frozenAt ?? world.now()) - lostMs;

  function hear(operation: () => void): void {
    if (!isAlive) return;
    if (isFrozen) held.push(operation);
    else operation();
  }

  const timer: Timer = (ms, ring) => {
    const until = now() + longEnough(ms);
    let isOff = false;
    const wait = () =>
      world.after(longEnough(until - now()), () =>
        hear(() => {
          if (isOff) return;
          if (now() < until) wait();
          else ring();
        }),
      );
    wait();
    return () => {
      isOff = true;
    };
  };

  return {
    name,
    world,
    /** A clock that only goes forward, ms. */
    now,
    /** The clock on its wall, ms since 1970. */
    date: () => EPOCH_MS + world.now() + wallMs,
    sleep: (ms: number) => new Promise<void>((wake) => void timer(ms, wake)),
    timer,
    hear,
    isAlive: () => isAlive,
    isFrozen: () => isFrozen,
    kill() {
      isAlive = false;
      held = [];
    },
    /** Stands still for so long; with its machine, its clock that goes forward does so as well. */
    freeze(ms: number, withMachine: boolean): void {
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
        for (const operation of heard) hear(operation);
      });
    },
    setClock(byMs: number): void {
      wallMs += byMs;
    },
  };
}
