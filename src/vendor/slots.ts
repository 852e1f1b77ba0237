/**
 * Lets a fixed number run at a time, first come first served. It stands before undici's pool
 * because a request that waits inside the pool can neither be cancelled nor timed out (measured: an
 * abort acts only when a socket becomes free). A request that waits here has not begun.
 */
export type Slots = { take(): Promise<void>; give(): void };

export function openSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async take() {
      if (free > 0) {
        free -= 1;
        return;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
  };
}
