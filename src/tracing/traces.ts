/**
 * What a trace may say about an operation: counts and our own words. It has no place for a key, an
 * address, a phone number or a text of the vendor's.
 */
export type Facts = {
  account?: string;
  plan?: number;
  /** The order's place in its plan, from 1. */
  order?: number;
  attempt?: number;
  type?: string;
  /** Numbers asked for. */
  quantity?: number;
  lines?: number;
  orders?: number;
  outcome?: string;
  /** The HTTP status of the vendor's answer. */
  status?: number | null;
  /** Of the order, after the answer is recorded. */
  state?: string | null;
  /** How many numbers came. */
  bought?: number;
};

export type TracedOperation =
  | 'upload plan'
  | 'submit plan'
  | 'check plan'
  | 'store plan'
  | 'start plan'
  | 'place order'
  | 'claim order'
  | 'call vendor'
  | 'record answer';

/** Records operations. Moments are those of `performance.now()`, ms. */
export type Traces = {
  /**
   * Begins an operation now, or `from` an earlier moment. It is a part of the span `of`, or begins
   * its own trace, which may link to the span `after`. Both are a W3C traceparent; an unreadable
   * one counts as none.
   */
  begin(
    operation: TracedOperation,
    options?: { of?: string | null; after?: string | null; from?: number; facts?: Facts },
  ): Span;
  /** Exports the remaining spans, for at most 2 s. */
  close(): Promise<void>;
};

export type Span = {
  /** Its traceparent: another process may continue the trace, even much later. */
  readonly traceparent: string;
  /** Adds a finished part, from the moment `from` to the moment `to`; by default, to now. */
  did(operation: TracedOperation, from: number, facts?: Facts, to?: number): void;
  end(facts?: Facts): void;
  /** Ends it with an error. The trace gets only the error's code. */
  fail(error: unknown): void;
};

/** Runs the operation and ends the span with it, also when it throws. */
export async function within<T>(span: Span | undefined, operation: () => Promise<T>): Promise<T> {
  try {
    const done = await operation();
    span?.end();
    return done;
  } catch (error) {
    span?.fail(error);
    throw error;
  }
}
