/**
 * Lets `count` requests run at a time, first come, first served. A request that waits here has not
 * begun. One that waits inside undici's pool can be neither cancelled nor timed out (measured: an
 * abort acts only when a socket becomes free).
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
