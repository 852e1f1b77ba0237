/**
 * undici shows each request, with the whole address and so with the keys, to whatever in this
 * process has subscribed to it: tracing agents that are loaded beside the program do.
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

/** Why no request may be made now; null: nobody listens. To be asked before each. */
export function listenerFault(): string | null {
  if (!SHOW_THE_ADDRESS.some((name) => hasSubscribers(name))) return null;
  return (
    'something that is loaded into this process listens to its requests and would be ' +
    'shown the keys. Look for --require or --import in NODE_OPTIONS and take it out'
  );
}
