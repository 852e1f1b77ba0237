/** Rings once after so many ms; what it returns calls that off. */
export type Timer = (ms: number, ring: () => void) => () => void;

export const realTimer: Timer = (ms, ring) => {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
};

/** Whether the work was done within so many ms; it goes on all the same. Rejects when it fails by then. */
export async function doneWithin(
  ms: number,
  work: Promise<unknown>,
  timer: Timer = realTimer,
): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<false>();
  const callOff = timer(ms, () => resolve(false));
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    callOff();
  }
}
