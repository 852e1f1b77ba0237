/**
 * Remembers outside the ledger what was sent, so that a rollback of the ledger does not erase it.
 *
 * Every attempt is marked here before its first byte. Attempt numbers only rise. So an existing
 * mark of the same or a later attempt means one thing: the ledger has gone back and repeats itself.
 * Then nothing is sent, and the order is unknown.
 *
 * A plan is named by its content, so a plan that the ledger lost whole is recognized when it is
 * submitted again.
 */
import { type Bitmap, type Mark, openMarks } from './marks.ts';

/** An attempt as its sender knows it. */
export type Sent = Mark & { nonce: number; quantity: number };

/** The result of an attempt, as its sender is about to record it. Must fit into JSON. */
export type Answered = Mark & { record: unknown };

/** Some marks of a plan, and their answers. */
export type Recalled = Bitmap & { answers: Answered[] };

/** Prefix of the ticket of a store that had forgotten and has learnt from the ledger. */
export const LEARNT = 'learnt ';

export const isLearnt = (ticket: string): boolean => ticket.startsWith(LEARNT);

/** Where marks are kept for all processes of an account. */
export type MarkStore = {
  /**
   * Take it before a claim and show it when marking. It changes when the marks are compared with
   * the ledger: a claim from before that is as old as the earlier ledger. Rejects until the store
   * has learnt what the ledger knows.
   */
  ticket(): Promise<string>;
  /**
   * Adds all marks. Returns those for which the same or a later attempt was marked before. Rejects
   * when the ticket is no longer valid, or the store cannot be reached.
   */
  mark(marks: Sent[], ticket: string): Promise<Sent[]>;
  /** Keeps answers before anything depends on them, where it can. */
  answered(answers: Answered[]): Promise<void>;
  /** Whether it has every mark since it last matched the ledger. */
  remembers(): Promise<boolean>;
  /** All marks that the ledger may lack. Once they are read to the end, the ledger has them. */
  recall(): AsyncIterable<Recalled>;
  /** Adds these marks. From then on the store remembers. */
  learn(bitmaps: AsyncIterable<Bitmap>): Promise<void>;
};

export type Witness = {
  /** See the store's ticket. */
  ticket(): Promise<string>;
  /**
   * Marks attempts. Returns those that were marked before and must not be sent. Rejects when the
   * store does not accept them; then nothing may be sent.
   */
  mark(marks: Sent[], ticket: string): Promise<Sent[]>;
  /** Keeps answers before anything depends on them, where the store can. */
  answered(answers: Answered[]): Promise<void>;
  /** The marks that this process made. */
  own(): Bitmap[];
  /** The store that all processes share; null: none, so each process has only its own memory. */
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
