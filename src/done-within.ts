/** Calls `ring` once after `ms`. The returned function cancels it. */
export type Timer = (ms: number, ring: () => void) => () => void;

export const realTimer: Timer = (ms, ring) => {
  const timer = setTimeout(ring, ms);
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
