import { ORDER_MAX, orderCount } from '../../order-size.ts';
import type { Line } from '../../plan/index.ts';
import type { Transaction } from '../ledger.ts';
import { orderId } from '../order-id.ts';
import {
  ASKED_COLUMNS,
  askedCells,
  keptCells,
  NULL,
  OTHER_COLUMNS,
  otherCells,
  wishCells,
} from './asked-cells.ts';
import { LineSample } from './line-sample.ts';
import { LinesHash } from './lines-hash.ts';

/** Lines that are stored at once: fewer took longer, and more take more memory (measured). */
const LINES_AT_ONCE = 20_000;

/**
 * Stores a plan's lines, a sample of them, and its first orders. Returns what the lines ask for and
 * carry, without the own columns at `aside`: all of it as a hash, and the sample.
 */
export async function storeLines(
  tx: Transaction,
  planId: number,
  lines: AsyncIterable<Line[]>,
  aside: readonly number[],
): Promise<{ rows: string; sample: number[] }> {
  const asked = { hash: new LinesHash(), sample: new LineSample(), aside };
  let part = new Part(planId, 1, asked);
  let stored = Promise.resolve();
  const store = async () => {
    await stored;
    stored = part.storeIn(tx);
    // A failure is thrown where it is awaited. Until then it must not count as unhandled.
    stored.catch(() => {});
    part = new Part(planId, part.ordinal, asked);
  };
  try {
    for await (const batch of lines) {
      for (const line of batch) part.add(line);
      if (part.size >= LINES_AT_ONCE) await store();
    }
    await store();
  } catch (error) {
    // Statements in progress must not outlive the transaction.
    await stored.catch(() => {});
    throw error;
  }
  await stored;
  const sample = asked.sample.smallest();
  await tx.query('insert into ledger.line_samples (plan_id, hashes) values ($1, $2::int[])', [
    planId,
    sample,
  ]);
  return { rows: asked.hash.digest(), sample };
}

const LINES = `ledger.lines (
  ${['plan_id', 'line', 'first_order', ...ASKED_COLUMNS, ...OTHER_COLUMNS].join(', ')})`;
const ORDERS = 'ledger.orders (id, plan_id, line, quantity, follow)';

type Asked = { hash: LinesHash; sample: LineSample; aside: readonly number[] };

/** Rows that are stored together. */
class Part {
  readonly #planId: number;
  readonly #asked: Asked;
  readonly #lines = new Rows();
  readonly #orders = new Rows();
  size = 0;
  /** Of the next line's first order. */
  ordinal: number;

  constructor(planId: number, ordinal: number, asked: Asked) {
    this.#planId = planId;
    this.#asked = asked;
    this.ordinal = ordinal;
  }

  add(line: Line): void {
    const { hash, sample, aside } = this.#asked;
    const extra = keptCells(line.extra);
    const cells = askedCells(line, extra);
    const wish = aside.length === 0 ? cells : wishCells(line, extra, aside);
    hash.add(wish);
    sample.add(wish);
    const others = otherCells(line);
    this.#lines.add(`${this.#planId}\t${line.line}\t${this.ordinal}${cells}${others}\n`);
    const follow = line.fallback !== null || line.keepTrying !== null ? 't' : NULL;
    const first = orderId(this.#planId, this.ordinal);
    const orders = orderCount(line.quantity);
    for (let at = 0; at < orders; at++) {
      const quantity = Math.min(ORDER_MAX, line.quantity - ORDER_MAX * at);
      this.#orders.add(`${first + at}\t${this.#planId}\t${line.line}\t${quantity}\t${follow}\n`);
    }
    this.ordinal += orders;
    this.size += 1;
  }

  async storeIn(tx: Transaction): Promise<void> {
    if (this.size === 0) return;
    await tx.copy(LINES, this.#lines.bytes);
    await tx.copy(ORDERS, this.#orders.bytes);
  }
}

/** Text that grows row by row: a string that grows would take half of the time to collect. */
class Rows {
  #buffer = Buffer.allocUnsafe(1 << 20);
  #size = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#size);
  }

  add(row: string): void {
    // A UTF-16 unit takes at most three bytes.
    if (this.#size + row.length * 3 > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * this.#buffer.length + row.length * 3);
      this.#buffer.copy(larger, 0, 0, this.#size);
      this.#buffer = larger;
    }
    this.#size += this.#buffer.write(row, this.#size);
  }
}
