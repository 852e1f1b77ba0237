/** The first signal asks to stop, the second asks not to wait. */
type StopSignals = { first: Promise<void>; second: Promise<void> };

/** From now on SIGINT, SIGTERM and SIGHUP do not end the process: the caller must. */
export function stopSignals(): StopSignals {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let count = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      count += 1;
      (count === 1 ? first : second).resolve();
    });
  }
  return { first: first.promise, second: second.promise };
}
