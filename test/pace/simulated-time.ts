/** A clock that stands still while anything is being done, and jumps to what is due next. */
export type SimulatedTime = {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Lets everything happen up to that time, ms. */
  runUntil(end: number): Promise<void>;
};

export function simulateTime(): SimulatedTime {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: now + Math.max(0, ms), wake });
      }),
    async runUntil(end) {
      while (true) {
        // All that goes on without time has come to rest when the event loop has turned twice.
        await new Promise((turned) => setImmediate(() => setImmediate(turned)));
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers[0];
        if (!next || next.at > end) break;
        sleepers.shift();
        now = Math.max(now, next.at);
        next.wake();
      }
      now = end;
    },
  };
}
