/** `first`: finish what is in flight and stop. `second`: stop at once. */
export type StopSignals = { first: Promise<void>; second: Promise<void> };

/**
 * SIGINT, SIGTERM and SIGHUP (the terminal was closed) no longer end the process from here on;
 * the caller does.
 */
export function stopSignals(): StopSignals {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let wishes = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      wishes += 1;
      (wishes === 1 ? first : second).resolve();
    });
  }
  return { first: first.promise, second: second.promise };
}
