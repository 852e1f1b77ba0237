/**
 * Remembers outside the ledger which attempts were sent, also when the ledger goes back.
 *
 * Every attempt is marked here before its first byte. Attempt numbers only rise. So a mark of the
 * same or a later attempt means that the ledger has gone back and repeats itself. Then nothing is
 * sent, and the order is unknown.
 *
 * A plan is named by its content: a plan that the ledger lost is recognized when it is submitted
 * again.
 */
import { type Bitmap, type Mark, openMarks } from './marks.ts';

/** An attempt as its sender knows it. */
export type Sent = Mark & { nonce: number; quantity: number };

/** The result of an attempt, as its sender is about to record it. Must fit into JSON. */
export type Answered = Mark & { record: unknown };

/** Some marks of a plan, and their answers. */
export type Recalled = Bitmap & { answers: Answered[] };

/** Begins the ticket of a store that forgot and has learnt from the ledger. */
export const LEARNT = 'learnt ';

export const isLearnt = (ticket: string): boolean => ticket.startsWith(LEARNT);

/** One call to mark. Repeated with the same id, it is the same call: its marks are its own. */
export type MarkCall = {
  id: string;
  /** What the store gave before the claim. */
  ticket: string;
  /** How long the store must know a repeat, ms. */
  repeatWithinMs: number;
};

/** Where marks are kept for all processes of an account. */
export type MarkStore = {
  /**
   * Take it before a claim and show it when marking. It changes when the marks are compared with
   * the ledger: a claim from before that may come from the older ledger. Rejects until the store
   * has learnt what the ledger knows.
   */
  ticket(): Promise<string>;
  /**
   * Adds all marks. Returns those for which the same or a later attempt was marked before. Rejects
   * when the ticket is no longer valid, or the store cannot be reached. The marks may have been
   * added then: only a repeat of the same call, with the same marks, tells them from older ones.
   */
  mark(marks: Sent[], call: MarkCall): Promise<Sent[]>;
  /** Keeps answers before anything depends on them, if it can. */
  answered(answers: Answered[]): Promise<void>;
  /**
   * Names the memory that has every mark since it last matched a ledger. Null: some may be lacking.
   * A ledger that has taught another memory may have had its orders marked there since.
   */
  memory(): Promise<string | null>;
  /** Hands over all marks that the ledger may lack. It has them once `take` has resolved. */
  recall(take: (marks: AsyncIterable<Recalled>) => Promise<void>): Promise<void>;
  /** Adds these marks. From then on it has them all. Returns the name of the memory. */
  learn(bitmaps: AsyncIterable<Bitmap>): Promise<string>;
};

/**
 * The store and this process's own memory as one: what either of them knows was marked before.
 * Attempts that `mark` returns must not be sent. When it rejects, none may be.
 */
export type Witness = Pick<MarkStore, 'ticket' | 'mark' | 'answered'> & {
  /** The marks that this process made. */
  own(): Bitmap[];
  /** The store that all processes share; null: each process has only its own memory. */
  readonly store: MarkStore | null;
};

/** Marks in the store and in this process's memory; without a store, in memory alone. */
export function openWitness(store: MarkStore | null): Witness {
  const memory = openMarks();
  return {
    store,
    ticket: async () => (await store?.ticket()) ?? '',
    own: memory.bitmaps,
    answered: async (answers) => await store?.answered(answers),
    async mark(marks, call) {
      const shared = (await store?.mark(marks, call)) ?? [];
      return [...new Set([...memory.add(marks), ...shared])];
    },
  };
}
