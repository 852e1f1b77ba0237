/**
 * One inventory: what is left of it, and how it is filled up again and again. No timer runs: a
 * refill that is due is made when an order asks, so the clock that is passed in decides alone.
 */

export type Inventory = { level: number; sold: number };

export type Refill = {
  /** Counted from the first order that asks. */
  everySeconds: number;
  /** What it is filled up to; while as many are left, a refill changes nothing. */
  numbers: number;
};

/** What is left for an order that sees `percent` of the level; below 0 when oversold. */
export function leftIn({ level, sold }: Inventory, percent: number): number {
  return Math.floor((level * percent) / 100) - sold;
}

/**
 * Refills that nobody asked for do not pile up, so a standing line meets few numbers however long
 * the sandbox has run. `now`: milliseconds since 1970. Call the result at each order.
 */
export function openRefill(
  inventory: Inventory,
  { everySeconds, numbers }: Refill,
  now: () => number,
): () => void {
  let firstAskedAt: number | undefined;
  let made = 0;
  return () => {
    firstAskedAt ??= now();
    const due = Math.floor((now() - firstAskedAt) / (everySeconds * 1000));
    if (due <= made) return;
    made = due;
    if (leftIn(inventory, 100) >= numbers) return;
    inventory.level = numbers;
    inventory.sold = 0;
  };
}

export function isRefill(refill: unknown): refill is Refill {
  const { everySeconds, numbers } = (refill ?? {}) as Partial<Record<keyof Refill, unknown>>;
  return (
    typeof everySeconds === 'number' &&
    everySeconds > 0 &&
    everySeconds < Infinity &&
    Number.isSafeInteger(numbers) &&
    (numbers as number) >= 1
  );
}
