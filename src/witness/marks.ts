/** One attempt, named so that a ledger that went back names it the same again. */
export type Mark = {
  /** The plan by its content: the file's hash and which copy of it. */
  planKey: string;
  /** The order's place in the plan, from 1. */
  order: number;
  /** The attempt's number, from 1. */
  attempt: number;
};

/** The marks of one plan and one attempt number: the n-th bit from the left is order n's. */
export type Bitmap = { planKey: string; attempt: number; bits: Buffer };

/** Marks in memory: a million orders take 125 kB. */
export type Marks = {
  /** Adds them all and returns those that were there before. */
  add<M extends Mark>(marks: M[]): M[];
  bitmaps(): Bitmap[];
};

export function openMarks(): Marks {
  const known = new Map<string, Bitmap>();

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

  return {
    add(marks) {
      return marks.filter((mark) => {
        const { bits } = bitmapOf(mark);
        const [at, bit] = [mark.order >> 3, 128 >> (mark.order & 7)];
        const before = bits[at] ?? 0;
        bits[at] = before | bit;
        return (before & bit) !== 0;
      });
    },
    bitmaps: () => [...known.values()],
  };
}
