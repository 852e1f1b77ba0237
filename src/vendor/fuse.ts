/**
 * The fuse: one attempt starts once.
 *
 * An order is a GET, and a GET counts as repeatable: undici was measured to send one again in six
 * ways (retry, redirect and dns interceptors, pipelining, HTTP/2 REFUSED_STREAM and GOAWAY). So the
 * innermost interceptor holds a fuse for each attempt:
 *
 *   armed ---- onRequestStart, may start ----> handed     bytes may have left: nothing is proven
 *     |------- onRequestStart, may not ------> withheld   not one byte left, and none ever will
 *     |------- over before it started -------> withheld
 *
 * In undici 8 `onRequestStart` is the exact gate: the HTTP/1 and HTTP/2 writers call it, write
 * nothing when it throws or aborts, and write at once when it returns. Hence `handed` is the only
 * evidence that counts; error codes are the same on both sides of the write (ECONNRESET comes from
 * a cut TLS handshake as well as from a cut answer).
 */
import type { Dispatcher } from 'undici';

export type Attempt = {
  state: 'armed' | 'handed' | 'withheld';
  /** Asked once, at the last moment before the first byte. False, or a throw, withholds it. */
  readonly mayStart: () => boolean;
};

/** Where a request carries its attempt. A symbol survives the copies that interceptors make. */
export const ATTEMPT: unique symbol = Symbol('attempt');

export type FusedOptions = Dispatcher.DispatchOptions & { [ATTEMPT]: Attempt };

export function newAttempt(mayStart: () => boolean): Attempt {
  return { state: 'armed', mayStart };
}

/** From here on nothing of the attempt can leave; what was handed before stays handed. */
export function withhold(attempt: Attempt): void {
  if (attempt.state === 'armed') attempt.state = 'withheld';
}

/** Must be composed straight on the pool: outside it, it would not see what the pool repeats. */
export const fuse: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const attempt = (options as Partial<FusedOptions>)[ATTEMPT];
  if (attempt === undefined) throw new Error('Bug: a request without an attempt reached the fuse');
  return dispatch(options, fused(handler, attempt));
};

function fused(handler: Dispatcher.DispatchHandler, attempt: Attempt): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller, context) {
      if (attempt.state !== 'armed') {
        controller.abort(stop('SECOND_START'));
        return;
      }
      // Set this first: if anything below throws, the state is already true.
      attempt.state = 'withheld';
      if (!attempt.mayStart()) {
        controller.abort(stop('NOT_ALLOWED'));
        return;
      }
      handler.onRequestStart?.(controller, context);
      if (!controller.aborted) attempt.state = 'handed';
    },
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

function stop(code: 'SECOND_START' | 'NOT_ALLOWED'): Error {
  return Object.assign(new Error('stopped by the fuse'), { code });
}
