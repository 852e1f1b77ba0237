import { connect } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { atEnd } from '../support/clean-up.ts';
import type { Site } from './site.ts';

/** Puts that on the wire as it is; returns all that comes back until the server hangs up. */
export function speak(site: Site, words: string): Promise<string> {
  const { hostname, port } = new URL(site.url);
  const socket = connect(Number(port), hostname);
  atEnd(() => socket.destroy());
  socket.write(words);
  return textOf(socket).catch(() => '');
}
