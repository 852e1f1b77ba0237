/**
 * The fuse: one attempt starts once.
 *
 * An order is a GET, and a GET counts as repeatable: undici sends one again in six ways (retry,
 * redirect and dns interceptors, pipelining, HTTP/2 REFUSED_STREAM and GOAWAY; all measured). So
 * the innermost interceptor holds a fuse for each attempt:
 *
 *   armed ---- onRequestStart, may start ----> handed     bytes may have left: nothing is proven
 *     |------- onRequestStart, may not ------> withheld   no byte has left, and none will
 *     |------- over before it started -------> withheld
 *
 * In undici 8 `onRequestStart` is the exact gate: the HTTP/1 and HTTP/2 writers call it, write
 * nothing when it throws or aborts, and write at once when it returns. So only `handed` is
 * evidence. Error codes are not: a cut TLS handshake and a cut answer both give ECONNRESET.
 */
import type { Dispatcher } from 'undici';

export type Attempt = {
  state: 'armed' | 'handed' | 'withheld';
  /** Asked once, just before the first byte. False, or a throw, withholds the attempt. */
  readonly mayStart: () => boolean;
};

/** A request carries its attempt under this symbol, which survives the copies of interceptors. */
export const ATTEMPT: unique symbol = Symbol('attempt');

export type FusedOptions = Dispatcher.DispatchOptions & { [ATTEMPT]: Attempt };

export function newAttempt(mayStart: () => boolean): Attempt {
  return { state: 'armed', mayStart };
}

/** From now on the attempt cannot start; one that was handed over stays handed. */
export function withhold(attempt: Attempt): void {
  if (attempt.state === 'armed') attempt.state = 'withheld';
}

/** Compose it directly on the pool: further out it would not see what the pool repeats. */
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
      // First: the state is true even when something below throws.
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
