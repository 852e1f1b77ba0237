/**
 * Runs the operation at once and repeats it, each time `everyMs` after the last run has ended. A
 * run that fails is reported and does not end this. Returns a function that ends it and waits for
 * the run under way.
 */
export function repeat(
  everyMs: number,
  operation: () => Promise<unknown>,
  onError: (error: Error) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const round = async () => {
    await operation().catch(onError);
    if (!isStopped) timer = setTimeout(next, everyMs);
  };
  let running = round();
  function next() {
    running = round();
  }
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
