import { setTimeout as pause } from 'node:timers/promises';
import { batcher, isAway } from './batcher.ts';
import { type Claimant, type ClaimedOrder, claimOrders, lostClaims } from './claim.ts';
import type { Ledger } from './ledger.ts';
import { type AnswerRecord, type Recorded, recordAnswers } from './record.ts';

/** Claims and records of one worker, each as if it were alone, made in few statements. */
export type Batches = {
  /** See `claimOrders`; undefined: not claimed, so it must not be sent. */
  claim(orderId: number): Promise<ClaimedOrder | undefined>;
  /** See `recordAnswers`; undefined: the order did not take the answer. */
  record(record: AnswerRecord): Promise<Recorded | undefined>;
};

/** `mayClaim` is asked at the last moment: claims that were still being gathered are not made then. */
export function openBatches(
  ledger: Ledger,
  claimant: Claimant,
  mayClaim: () => boolean = () => true,
): Batches {
  let claims = 0;
  return {
    // Twice at once: only one may be told yes, and the batcher keeps the other for the next statement.
    claim: batcher({
      keyOf: (id: number) => id,
      atOnce: 1,
      run: async (ids) => {
        if (!mayClaim()) return new Map();
        const batch = ++claims;
        try {
          const claimed = await claimOrders(ledger, ids.sort(ascending), { ...claimant, batch });
          return byOrder(claimed, 'id');
        } catch (error) {
          // Those who asked are told that it failed, and send nothing. It may have been made.
          if (isAway(error)) void giveBack(ledger, claimant, ids, batch);
          throw error;
        }
      },
    }),
    record: batcher({
      keyOf: (record: AnswerRecord) => record.orderId,
      // They cost the database several times as much as claims, and it may use two processors.
      atOnce: 2,
      run: async (records) =>
        byOrder(await recordAnswers(ledger, claimant.accountId, records), 'orderId'),
    }),
  };
}

/** Until the ledger is asked again what has become of a claim, ms. */
const GIVE_BACK_MS = 1_000;

/**
 * Says of all that a claim has made that it was not sent, as soon as the ledger is there to hear it:
 * else it would count as unknown at its deadline, and a person would have to settle it. After that,
 * or when the process ends before, it does.
 */
async function giveBack(
  ledger: Ledger,
  { accountId, worker, deadlineMs }: Claimant,
  ids: number[],
  batch: number,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  while (performance.now() < until) {
    await pause(GIVE_BACK_MS, undefined, { ref: false });
    try {
      const lost = await lostClaims(ledger, ids, { worker, batch });
      if (lost.length > 0) await recordAnswers(ledger, accountId, lost.map(notSent));
      return;
    } catch {}
  }
}

function notSent(attempt: { orderId: number; attempt: number; nonce: number }): AnswerRecord {
  return {
    ...attempt,
    ...{ outcome: 'not_sent', state: 'waiting', numbers: [], status: null, body: null },
    ...{ waitMs: 0, retryAfterMs: null },
    what: 'Nothing was sent: the answer to its claim was lost.',
  };
}

const ascending = (a: number, b: number) => a - b;

function byOrder<Row extends { [key in Key]: number }, Key extends string>(rows: Row[], key: Key) {
  return new Map(rows.map((row) => [row[key] as number, row]));
}
