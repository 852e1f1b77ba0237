import type { Ledger } from '../ledger.ts';
import { ordinalOf } from '../order-id.ts';
import { batcher } from './batcher.ts';
import { type Claimant, type ClaimedOrder, claimOrders, claimProbe } from './claim.ts';
import { doubtAnswered } from './doubt.ts';
import { type ClaimingOptions, MarkedClaims } from './marked-claims.ts';
import { type AnswerRecord, type Recorded, recordAnswers } from './record.ts';

/** One worker's claims and records. A caller asks for one order, and a statement serves many. */
export type Batches = {
  /** See `claimOrders`; undefined: not claimed, so it must not be sent. */
  claim(orderId: number): Promise<ClaimedOrder | undefined>;
  /** See `claimProbe`; else as `claim`. */
  claimProbe(orderId: number): Promise<ClaimedOrder | undefined>;
  /** See `recordAnswers`; undefined: not taken. An attempt that the ledger lost is stored first. */
  record(record: AnswerRecord): Promise<Recorded | undefined>;
};

export function openBatches(ledger: Ledger, claimant: Claimant, options: ClaimingOptions): Batches {
  const claims = new MarkedClaims(ledger, claimant, options);
  const timer = options.clock?.timer;
  return {
    // Of two claims of one order, only one may succeed. The batcher keeps the other for the next
    // statement.
    claim: batcher({
      keyOf: (id: number) => id,
      timer,
      run: async (ids, releaseSlot) => {
        const claim = (by: Claimant) => claimOrders(ledger, ids.sort(ascending), by);
        return byOrder(await claims.make(ids, claim, releaseSlot), 'id');
      },
    }),
    async claimProbe(id) {
      const claim = async (by: Claimant) => {
        const order = await claimProbe(ledger, id, by);
        return order ? [order] : [];
      };
      const [order] = await claims.make([id], claim);
      return order;
    },
    record: batcher({
      keyOf: (record: AnswerRecord) => record.orderId,
      timer,
      run: (records) => recordAll(ledger, claimant, options, records),
    }),
  };
}

async function recordAll(
  ledger: Ledger,
  claimant: Claimant,
  { witness, onDoubt }: ClaimingOptions,
  records: AnswerRecord[],
): Promise<Map<number, Recorded>> {
  const { accountId } = claimant;
  await witness.answered(records.map(asAnswered));
  const recorded = byOrder(await recordAnswers(ledger, accountId, records), 'orderId');
  const missing = records.filter(({ orderId }) => !recorded.has(orderId));
  const lost = await doubtAnswered(ledger, claimant, missing);
  if (lost.length === 0) return recorded;
  await onDoubt?.(lost.map(({ orderId }) => orderId));
  const again = byOrder(await recordAnswers(ledger, accountId, lost), 'orderId');
  return new Map([...recorded, ...again]);
}

function asAnswered(record: AnswerRecord) {
  const { planKey, orderId, attempt } = record;
  return { planKey, attempt, order: ordinalOf(orderId), record };
}

const ascending = (a: number, b: number) => a - b;

function byOrder<Row extends { [key in Key]: number }, Key extends string>(rows: Row[], key: Key) {
  return new Map(rows.map((row) => [row[key] as number, row]));
}
