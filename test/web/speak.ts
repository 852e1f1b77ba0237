import { connect, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { atEnd } from '../support/clean-up.ts';
import type { Site } from './site.ts';

/** A connection to the server, closed at the end. */
export function dial({ url }: Site): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  atEnd(() => socket.destroy());
  return socket;
}

/** Sends the words as they are; returns all that comes back until the server hangs up. */
export function speak(site: Site, words: string): Promise<string> {
  const socket = dial(site);
  socket.write(words);
  return textOf(socket).catch(() => '');
}

/** The head of a POST whose body has that length, in bytes. */
export const postHead = (path: string, type: string, length: number) =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `Content-Type: ${type}`,
    `Content-Length: ${length}`,
    '\r\n',
  ].join('\r\n');
