/**
 * Sends one GET at most once, and says without guessing what became of its bytes:
 *
 *   none      nothing was handed to a socket, and nothing will be
 *   handed    handed to a socket, but no complete answer came back: anything may have happened
 *   complete  a complete HTTP answer came back. `head` and `beyond` have the rest of what came on
 *             the connection. Without TLS, an answer that ends with its connection may be cut off:
 *             a FIN on the way looks like an end
 *
 * The fuse's state decides, and never an error's code.
 */
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { openSlots } from '../../timing/index.ts';
import { openConnections } from './connections.ts';
import { nameOf } from './error-names.ts';
import { ATTEMPT, type Attempt, type FusedOptions, fuse, newAttempt, withhold } from './fuse.ts';
import { ASKED_FOR, type Headers, readHeaders } from './headers.ts';
import { openPool, type PoolOptions } from './pool.ts';
import { type Parts, partsOf } from './transcript.ts';

export type Received = { status: number; headers: Headers; body: Buffer };

export type SendResult = (Complete & Parts) | Incomplete;

type Complete = { bytes: 'complete' } & Received;

type Incomplete =
  | { bytes: 'handed'; fault: string; received: Received | null }
  | { bytes: 'none'; fault: string };

export type Gate = {
  /** Awaited once the order is connected. The order is sent right after. Must not reject. */
  moment?: () => Promise<void>;
  /** Asked at most once, just before the first byte; quick. False or a throw: nothing is sent. */
  mayStart: () => boolean;
};

export type Wire = {
  /** Never rejects. `path` holds the keys. */
  send(path: string, gate: Gate): Promise<SendResult>;
  /** Waits for the requests under way. Those that have not begun end as `none`. */
  close(): Promise<void>;
};

const DID_NOT_WAIT = 'the server did not wait for the request';
const WAS_CUT = 'the connection was cut';

/** `timeoutMs` runs from handing over to the last byte of the answer. */
export function openWire(options: PoolOptions, otherPool?: Dispatcher): Wire {
  const connections = openConnections(options);
  const pool = otherPool ?? openPool(options, connections.hand);
  const fused = pool.compose(fuse);
  // Requests wait here: inside undici's pool an abort or a time-out does nothing until a socket is
  // free (measured).
  const inSlot = openSlots(options.connections);
  let closing: Promise<void> | undefined;

  async function send(path: string, { moment, mayStart }: Gate): Promise<SendResult> {
    const connected = await connections.open();
    if ('error' in connected) return { bytes: 'none', fault: nameOf(connected.error) };
    await moment?.();
    // First the socket reports what the server has sent, or that it has closed.
    await setImmediate();
    const connection = connections.ready(connected);
    if (connection === null) return { bytes: 'none', fault: DID_NOT_WAIT };
    try {
      const sent = await exchange(fused, path, newAttempt(mayStart), options.timeoutMs);
      if (sent.bytes !== 'complete') return sent;
      const parts = partsOf(await connection.heard(), sent);
      if (parts === null) return { bytes: 'handed', fault: WAS_CUT, received: sent };
      return { ...sent, ...parts };
    } finally {
      connections.drop(connection);
    }
  }

  return {
    send: (path, gate) => inSlot(() => send(path, gate)),
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
): Promise<Complete | Incomplete> {
  const options: FusedOptions = {
    method: 'GET',
    path,
    // A connection for each order. On a reused one, a late answer counts as the next order's (in
    // 39 % of the runs in which a server sent one), and idle closes race with writes.
    reset: true,
    idempotent: false,
    headers: ASKED_FOR,
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

/** Collects one answer. Only the first end counts: a promise settles once. */
function record(
  attempt: Attempt,
  timeoutMs: number,
  settle: (sent: Complete | Incomplete) => void,
): Recorder {
  let timer: NodeJS.Timeout | undefined;
  let timedOut = false;
  let head: { status: number; headers: Headers } | null = null;
  const chunks: Buffer[] = [];
  const received = () => head && { ...head, body: Buffer.concat(chunks) };

  function fail(error: unknown): void {
    clearTimeout(timer);
    if (attempt.state === 'handed') {
      const fault = timedOut ? `it took longer than ${timeoutMs / 1000} s` : nameOf(error);
      settle({ bytes: 'handed', fault, received: received() });
      return;
    }
    const fault = attempt.state === 'withheld' ? 'it was not allowed to start' : nameOf(error);
    // undici starts nothing after it has reported a failure. The fuse makes sure.
    withhold(attempt);
    settle({ bytes: 'none', fault });
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
      // 102 and 103 come before the answer.
      if (status >= 200) head = { status, headers: readHeaders(headers) };
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      clearTimeout(timer);
      // undici ends no answer without a head.
      settle({ bytes: 'complete', ...received()! });
    },
    onResponseError(_controller, error) {
      fail(error);
    },
  };
}
