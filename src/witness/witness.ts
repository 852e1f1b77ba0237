/**
 * What stands beside the ledger and is not rolled back with it.
 *
 * Every attempt is marked here before its first byte. Attempt numbers only rise, so a mark of the
 * same attempt, or of a later one of the order, has one meaning: the ledger has gone back and hands
 * out what was handed out before. Then nothing is sent, and the order is unknown.
 *
 * A plan is named by its content, so that a plan that the ledger lost whole and that is submitted
 * again is known as well.
 */
import { type Bitmap, type Mark, openMarks } from './marks.ts';

/** An attempt as its sender knows it. */
export type Sent = Mark & { nonce: number; quantity: number };

/** What came of an attempt, as its sender is about to record it; JSON can hold it. */
export type Answered = Mark & { record: unknown };

/** Some marks of a plan, and the answers that came to them. */
export type Recalled = Bitmap & { answers: Answered[] };

/** What the ticket of a store begins with that had forgotten, and has learnt from the ledger. */
export const LEARNT = 'learnt ';

export const isLearnt = (ticket: string): boolean => ticket.startsWith(LEARNT);

/** Where marks are kept for all processes of an account. */
export type MarkStore = {
  /**
   * To be taken before a claim, and shown when it is marked. It changes when the marks are compared
   * with the ledger: a claim from before that is as old as the ledger from before. Rejects before
   * it has learnt what the ledger knows.
   */
  ticket(): Promise<string>;
  /**
   * Adds them all and returns those that were there before, or of which a later attempt was.
   * Rejects when the ticket is not good any more, or the store cannot be reached.
   */
  mark(marks: Sent[], ticket: string): Promise<Sent[]>;
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
  /** See the store's. */
  ticket(): Promise<string>;
  /**
   * Marks attempts, and returns those that were marked before and must not be sent. Rejects when
   * the store does not take them; then nothing may be sent.
   */
  mark(marks: Sent[], ticket: string): Promise<Sent[]>;
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
    ticket: async () => (await store?.ticket()) ?? '',
    own: memory.bitmaps,
    answered: async (answers) => await store?.answered(answers),
    async mark(marks, ticket) {
      const shared = (await store?.mark(marks, ticket)) ?? [];
      return [...new Set([...memory.add(marks), ...shared])];
    },
  };
}
