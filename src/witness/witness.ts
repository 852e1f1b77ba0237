/**
 * Remembers outside the ledger which attempts were sent, also when the ledger goes back.
 *
 * Every attempt is marked here before its first byte. Attempt numbers only rise. So a mark of the
 * same or a later attempt means that the ledger has gone back and repeats itself. Then nothing is
 * sent, and the order is unknown.
 *
 * A plan is named by its content: so a lost plan is recognized when it is submitted again.
 */
import { type Bitmap, type Mark, openMarks } from './marks.ts';

/** An attempt as its sender knows it. */
export type Sent = Mark & { nonce: number; quantity: number };

/** The record of an attempt that its sender is about to make. Must fit into JSON. */
export type Answered = Mark & { record: unknown };

/** Some marks of a plan, and their answers. */
export type Recalled = Bitmap & { answers: Answered[] };

/** Tickets of a store begin with this after the store forgot and has learnt from the ledger. */
export const LEARNT = 'learnt ';

export const isLearnt = (ticket: string): boolean => ticket.startsWith(LEARNT);

/** One call of `mark`. A repeat has the same id, and does not find its own marks. */
export type MarkCall = {
  id: string;
  /** What `ticket` gave before the claim. */
  ticket: string;
  /** How long the store must know a repeat, ms. */
  repeatWithinMs: number;
};

/** Where marks are kept for all processes of an account. */
export type MarkStore = {
  /**
   * Take a ticket before a claim and show it when marking. The ticket changes when the marks are
   * compared with the ledger: an earlier claim may come from an older ledger. Rejects until the
   * store has learnt what the ledger knows.
   */
  ticket(): Promise<string>;
  /**
   * Adds all marks. Returns those for which the same or a later attempt was marked before. Rejects
   * when the ticket is no longer valid, or the store cannot be reached. Even then the marks may
   * have been added: repeat the call with the same id and the same marks to find out.
   */
  mark(marks: Sent[], call: MarkCall): Promise<Sent[]>;
  /** Keeps answers before anything depends on them. A store may do nothing. */
  answered(answers: Answered[]): Promise<void>;
  /**
   * Names the memory that has every mark since it last matched a ledger; null: marks may be
   * lacking. Orders of a ledger that has taught a memory of another name may be marked in that one.
   */
  memory(): Promise<string | null>;
  /** Gives `take` all marks that the ledger may lack. Once `take` resolves, the ledger has them. */
  recall(take: (marks: AsyncIterable<Recalled>) => Promise<void>): Promise<void>;
  /** Adds all marks of the ledger. Returns the name of the memory. */
  learn(bitmaps: AsyncIterable<Bitmap>): Promise<string>;
};

/**
 * The store and this process's own memory. An attempt counts as marked before when either knows its
 * mark. Attempts that `mark` returns must not be sent. When `mark` rejects, send none.
 */
export type Witness = Pick<MarkStore, 'ticket' | 'mark' | 'answered'> & {
  /** The marks that this process made. */
  own(): Bitmap[];
  /** The store that all processes share; null: each process has only its own memory. */
  readonly store: MarkStore | null;
};

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
