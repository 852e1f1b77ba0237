export type InSlot = <T>(task: (release: () => void) => Promise<T>) => Promise<T>;

/**
 * Runs at most `count` tasks at a time, in the order of the calls. A task may release its slot
 * before it ends.
 */
export function openSlots(count: number): InSlot {
  let free = count;
  const waiting: (() => void)[] = [];

  function takeSlot(): () => void {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    };
  }

  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => waiting.push(go));
    const release = takeSlot();
    try {
      return await task(release);
    } finally {
      release();
    }
  };
}
