/**
 * Sends one GET at most once, and says without guessing what became of its bytes.
 *
 *   none      nothing was handed to a socket, and nothing will be
 *   handed    handed to a socket, but no whole answer came back: everything is possible
 *   complete  a whole HTTP answer came back. It may still be cut off: when a server marks the end
 *             of its answer by closing the connection, a cut looks like an end (measured)
 *
 * The verdict comes from the fuse's state and never from an error's code.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { nameOf } from './fault.ts';
import { ATTEMPT, type Attempt, type FusedOptions, fuse, newAttempt, withhold } from './fuse.ts';
import { openPool, type PoolOptions } from './pool.ts';
import { openSlots } from './slots.ts';

export type Received = { status: number; headers: IncomingHttpHeaders; body: Buffer };

export type Sent =
  | ({ bytes: 'complete' } & Received)
  | { bytes: 'handed'; fault: string; received: Received | null }
  | { bytes: 'none'; fault: string };

export type Wire = {
  /** Never rejects. `path` holds the keys. */
  send(path: string, mayStart: () => boolean): Promise<Sent>;
  /** Lets what is under way come to its end; the pool takes nothing new, so the rest is `none`. */
  close(): Promise<void>;
};

/** `timeoutMs` runs from handing over to the last byte of the answer, exact to milliseconds. */
export function openWire(options: PoolOptions, pool: Dispatcher = openPool(options)): Wire {
  const fused = pool.compose(fuse);
  const slots = openSlots(options.connections);
  let closing: Promise<void> | undefined;
  return {
    async send(path, mayStart) {
      await slots.take();
      try {
        return await exchange(fused, path, newAttempt(mayStart), options.timeoutMs);
      } finally {
        slots.give();
      }
    },
    close() {
      closing ??= pool.close();
      return closing;
    },
  };
}

function exchange(
  fused: Dispatcher,
  path: string,
  attempt: Attempt,
  timeoutMs: number,
): Promise<Sent> {
  const options: FusedOptions = {
    method: 'GET',
    path,
    // A connection of its own for each order: on a kept one a stray late answer is taken for the
    // next order's (39 % of runs in which a server sent one), and idle closes race with writes.
    reset: true,
    idempotent: false,
    headers: { accept: 'text/xml', 'accept-encoding': 'identity' },
    [ATTEMPT]: attempt,
  };
  return new Promise((settle) => {
    const recorder = record(attempt, timeoutMs, settle);
    try {
      fused.dispatch(options, recorder);
    } catch (error) {
      recorder.fail(error);
    }
  });
}

type Recorder = Dispatcher.DispatchHandler & { fail(error: unknown): void };

/** Collects one answer. The first end counts; a promise takes no second one. */
function record(attempt: Attempt, timeoutMs: number, settle: (sent: Sent) => void): Recorder {
  let timer: NodeJS.Timeout | undefined;
  let timedOut = false;
  let head: { status: number; headers: IncomingHttpHeaders } | null = null;
  const chunks: Buffer[] = [];
  const received = () => head && { ...head, body: Buffer.concat(chunks) };

  function fail(error: unknown): void {
    clearTimeout(timer);
    if (attempt.state === 'handed') {
      const fault = timedOut ? `it took longer than ${timeoutMs / 1000} s` : nameOf(error);
      settle({ bytes: 'handed', fault, received: received() });
      return;
    }
    const stopped = attempt.state === 'withheld';
    // undici starts nothing after it has reported a failure; the fuse sees to it that it stays so.
    withhold(attempt);
    settle({ bytes: 'none', fault: stopped ? 'it was not allowed to start' : nameOf(error) });
  }

  return {
    fail,
    onRequestStart(controller) {
      timer = setTimeout(() => {
        timedOut = true;
        controller.abort(new Error('time-out'));
      }, timeoutMs);
    },
    onResponseStart(_controller, status, headers) {
      // 102 and 103 are only news on the way to the answer.
      if (status >= 200) head = { status, headers };
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      clearTimeout(timer);
      // undici ends nothing that has not begun with a head.
      settle({ bytes: 'complete', ...received()! });
    },
    onResponseError(_controller, error) {
      fail(error);
    },
  };
}
