/** Calls `ring` once after `ms`. The returned function cancels it. */
export type Timer = (ms: number, ring: () => void) => () => void;

const SLICE_MS = 200;

/**
 * Counts at most twice a slice for each slice, however long the process stood still: it could not
 * hear an answer meanwhile. So a busy machine alone makes nothing late.
 */
export const realTimer: Timer = (ms, ring) => {
  let timer: NodeJS.Timeout;
  const wait = (left: number) => {
    const slice = Math.min(left, SLICE_MS);
    const from = performance.now();
    timer = setTimeout(() => {
      const passed = Math.min(performance.now() - from, 2 * slice);
      if (passed >= left) ring();
      else wait(left - passed);
    }, slice);
  };
  wait(ms);
  return () => clearTimeout(timer);
};

/** Whether the work is done within `ms`; it continues after that. Rejects if it fails in time. */
export async function doneWithin(
  ms: number,
  work: Promise<unknown>,
  timer: Timer = realTimer,
): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<false>();
  const cancel = timer(ms, () => resolve(false));
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    cancel();
  }
}
