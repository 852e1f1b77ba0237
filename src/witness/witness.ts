/**
 * What stands beside the ledger and is not rolled back with it.
 *
 * Every attempt is marked here before its first byte. Attempt numbers only rise, so a mark that is
 * already there has one meaning: the ledger has gone back and hands out the same attempt again. Then
 * nothing is sent, and the order is unknown.
 *
 * There is no false alarm: a claim that was never sent has set no mark, and a later attempt of the
 * order has another number. A plan is named by its content, so that a plan that the ledger lost whole
 * and that is submitted again is known as well.
 */
import { type Bitmap, type Mark, openMarks } from './marks.ts';

/** An attempt as its sender knows it. */
export type Sent = Mark & { nonce: number; quantity: number };

/** What came of an attempt, as its sender is about to record it. */
export type Answered = Mark & { record: string };

/** Some marks of a plan, and the answers that came to them. */
export type Recalled = Bitmap & { answers: Answered[] };

/** Where marks are kept for all processes of an account. */
export type MarkStore = {
  /** Adds them all and returns those that were there before. Rejects when it cannot be reached. */
  mark(marks: Sent[]): Promise<Sent[]>;
  /** Keeps answers before anything depends on them, where it can. */
  answered(answers: Answered[]): Promise<void>;
  /** Whether it has every mark since it was last made level with the ledger. */
  remembers(): Promise<boolean>;
  /** All marks that the ledger may lack. When it has been read to its end, the ledger has them. */
  recall(): AsyncIterable<Recalled>;
  /** Adds these. From then on it remembers. */
  learn(bitmaps: AsyncIterable<Bitmap>): Promise<void>;
};

export type Witness = {
  /**
   * Marks attempts, and returns those that were marked before and must not be sent. Rejects when the
   * store cannot be reached; then nothing may be sent.
   */
  mark(marks: Sent[]): Promise<Sent[]>;
  /** Keeps answers before anything depends on them, where the store can. */
  answered(answers: Answered[]): Promise<void>;
  /** What this process has marked itself. */
  own(): Bitmap[];
  /** What all processes share; null: there is no such place, and each has only its own memory. */
  readonly store: MarkStore | null;
};

export function openWitness(store: MarkStore | null): Witness {
  const memory = openMarks();
  return {
    store,
    own: memory.bitmaps,
    answered: async (answers) => await store?.answered(answers),
    async mark(marks) {
      const before = new Set(memory.add(marks));
      for (const mark of (await store?.mark(marks)) ?? []) before.add(mark);
      return [...before];
    },
  };
}
