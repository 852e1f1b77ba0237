/**
 * What a trace may tell of a deed. A closed list of counts and of words of ours: no key, address,
 * phone number or text of the vendor's has a place in it.
 */
export type Facts = {
  account?: string;
  plan?: number;
  /** Which of its plan's orders, from 1. */
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
  /** Of the order, once the answer is recorded. */
  state?: string | null;
  /** How many numbers came. */
  bought?: number;
};

export type Deed =
  | 'upload plan'
  | 'submit plan'
  | 'check plan'
  | 'store plan'
  | 'start plan'
  | 'place order'
  | 'claim order'
  | 'call vendor'
  | 'record answer';

/** Where deeds are told. Moments are those of `performance.now()`, ms. */
export type Traces = {
  /**
   * Begins a deed now, or `from` a moment that has passed: as a part of the one that `of` names, or
   * as the beginning of a trace of its own, which may still point at what it came `after`. Both are
   * a W3C traceparent; one that cannot be read counts as none.
   */
  begin(
    deed: Deed,
    options?: { of?: string | null; after?: string | null; from?: number; facts?: Facts },
  ): Span;
  /** Hands over what has not been handed over yet, for at most 2 s. */
  close(): Promise<void>;
};

export type Span = {
  /** Names it to whoever goes on with the trace, in another process and another year. */
  readonly traceparent: string;
  /** A part of it that is over: from then until now, or `to`. */
  did(deed: Deed, from: number, facts?: Facts, to?: number): void;
  end(facts?: Facts): void;
  /** It ended by that error, of which the trace is told the code alone. */
  fail(error: unknown): void;
};

/** Does it and ends the span with it, however it ends. */
export async function within<T>(span: Span | undefined, deed: () => Promise<T>): Promise<T> {
  try {
    const done = await deed();
    span?.end();
    return done;
  } catch (error) {
    span?.fail(error);
    throw error;
  }
}
