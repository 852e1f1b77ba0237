/**
 * undici shows each request, with its whole address and so with the keys, to every subscriber in
 * this process. Tracing agents that are loaded beside the program subscribe.
 */
import { hasSubscribers } from 'node:diagnostics_channel';

const SHOW_THE_ADDRESS = [
  'undici:client:sendHeaders',
  'undici:request:create',
  'undici:request:bodySent',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
];

/** Why no request may be made now; null: nothing listens. Ask this before each request. */
export function listenerFault(): string | null {
  if (!SHOW_THE_ADDRESS.some((name) => hasSubscribers(name))) return null;
  return (
    'something that is loaded into this process listens to its requests and would be ' +
    'shown the keys. Look for --require or --import in NODE_OPTIONS and take it out'
  );
}
