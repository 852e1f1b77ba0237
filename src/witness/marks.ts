/** Names an attempt. A ledger that went back gives the attempt the same name again. */
export type Mark = {
  /** The plan by its content: the hash of the file, and which copy of the file. */
  planKey: string;
  /** The order's place in the plan, from 1. */
  order: number;
  /** From 1. */
  attempt: number;
};

/** The marks of one plan and attempt number: bit n, from 0 and from the left, is order n. */
export type Bitmap = { planKey: string; attempt: number; bits: Buffer };

/** Marks in memory: a million orders take 125 kB. */
export type Marks = {
  /** Adds all marks. Returns those for which the same or a later attempt was marked before. */
  add<M extends Mark>(marks: M[]): M[];
  bitmaps(): Bitmap[];
};

export function openMarks(): Marks {
  const known = new Map<string, Bitmap>();
  /** The highest attempt number of each plan. */
  const most = new Map<string, number>();

  function bitmapOf({ planKey, attempt, order }: Mark): Bitmap {
    const key = `${planKey} ${attempt}`;
    const bitmap = known.get(key) ?? { planKey, attempt, bits: Buffer.alloc(128) };
    known.set(key, bitmap);
    const bytes = bitmap.bits.length;
    if (order >= bytes * 8) {
      const missing = Math.max(bytes, Math.ceil((order + 1) / 8) - bytes);
      bitmap.bits = Buffer.concat([bitmap.bits, Buffer.alloc(missing)]);
    }
    return bitmap;
  }

  function hasLater({ planKey, attempt, order }: Mark, highest: number): boolean {
    for (let later = attempt + 1; later <= highest; later++) {
      const bits = known.get(`${planKey} ${later}`)?.bits;
      if (bits && isSet(bits, order)) return true;
    }
    return false;
  }

  return {
    add(marks) {
      return marks.filter((mark) => {
        const { planKey, attempt } = mark;
        const highest = most.get(planKey) ?? 0;
        const was = set(bitmapOf(mark).bits, mark.order);
        if (attempt > highest) most.set(planKey, attempt);
        return was || hasLater(mark, highest);
      });
    },
    bitmaps: () => [...known.values()],
  };
}

/** Joins bitmaps of the same plan and attempt number. */
export function joined(bitmaps: Iterable<Bitmap>): Bitmap[] {
  const all = new Map<string, Bitmap>();
  for (const { planKey, attempt, bits } of bitmaps) {
    const key = `${planKey} ${attempt}`;
    all.set(key, { planKey, attempt, bits: either(all.get(key)?.bits, bits) });
  }
  return [...all.values()];
}

function either(one: Buffer | undefined, other: Buffer): Buffer {
  if (!one) return other;
  const [long, short] = one.length > other.length ? [one, other] : [other, one];
  const bits = Buffer.from(long);
  for (const [at, byte] of short.entries()) bits[at] = (bits[at] ?? 0) | byte;
  return bits;
}

/** The orders of a bitmap, by rising number. */
export function ordersIn(bits: Buffer): number[] {
  const orders: number[] = [];
  for (const [at, byte] of bits.entries()) {
    if (byte === 0) continue;
    for (let order = 8 * at; order < 8 * (at + 1); order++)
      if (isSet(bits, order)) orders.push(order);
  }
  return orders;
}

const bitOf = (order: number) => 128 >> (order & 7);

function isSet(bits: Buffer, order: number): boolean {
  return ((bits[order >> 3] ?? 0) & bitOf(order)) !== 0;
}

/** Returns the bit's old value. */
function set(bits: Buffer, order: number): boolean {
  const was = isSet(bits, order);
  bits[order >> 3] = (bits[order >> 3] ?? 0) | bitOf(order);
  return was;
}
