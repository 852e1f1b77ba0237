import { batcher } from './batcher.ts';
import { type Claimant, type ClaimedOrder, claimOrders } from './claim.ts';
import type { Ledger } from './ledger.ts';
import { type Record, type Recorded, recordAnswers } from './record.ts';

/** Claims and records of one worker, each as if it were alone, made in few statements. */
export type Batches = {
  /** See `claimOrders`; undefined: not claimed, so it must not be sent. */
  claim(orderId: number): Promise<ClaimedOrder | undefined>;
  /** See `recordAnswers`; undefined: the order did not take the answer. */
  record(record: Record): Promise<Recorded | undefined>;
};

/** `mayClaim` is asked at the last moment: claims that were still being gathered are not made then. */
export function openBatches(
  ledger: Ledger,
  claimant: Claimant,
  mayClaim: () => boolean = () => true,
): Batches {
  return {
    // Twice at once: only one may be told yes, and the batcher keeps the other for the next statement.
    claim: batcher({
      keyOf: (id: number) => id,
      run: async (ids) => {
        if (!mayClaim()) return new Map();
        return byOrder(await claimOrders(ledger, ids.sort(ascending), claimant), 'id');
      },
    }),
    record: batcher({
      keyOf: (record: Record) => record.orderId,
      run: async (records) =>
        byOrder(await recordAnswers(ledger, claimant.accountId, records), 'orderId'),
    }),
  };
}

const ascending = (a: number, b: number) => a - b;

function byOrder<Row extends { [key in Key]: number }, Key extends string>(rows: Row[], key: Key) {
  return new Map(rows.map((row) => [row[key] as number, row]));
}
