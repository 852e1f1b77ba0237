/** undici shows each request, with the keys in its URL, to all subscribers, such as tracers. */
import { hasSubscribers } from 'node:diagnostics_channel';

export const CHANNELS = [
  'undici:client:sendHeaders',
  'undici:request:create',
  'undici:request:bodySent',
  'undici:request:bodyChunkSent',
  'undici:request:bodyChunkReceived',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
];

/** Why no request may be made now; null: nobody listens. Check before each request. */
export function listenerFault(): string | null {
  if (!CHANNELS.some((name) => hasSubscribers(name))) return null;
  return (
    'a module in this process listens to its requests and would be shown the keys. ' +
    'Remove --require and --import from NODE_OPTIONS'
  );
}
