/**
 * Runs the operation at once, and again `everyMs` after each run has ended. A run that fails is
 * only reported. Returns a function that ends this and waits for the run under way.
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
