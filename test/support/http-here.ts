import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request as send,
} from 'node:http';
import { atEnd } from './clean-up.ts';
import { listenHere } from './listen-here.ts';

/** An HTTP server on this machine. Closed at the end, which cuts its connections. */
export async function httpHere(answer: RequestListener) {
  const { port, close } = await listenHere(createServer(answer));
  atEnd(close);
  return { url: `http://127.0.0.1:${port}`, close };
}

/**
 * Sends a request on to another server, on a connection of its own. How either connection ends is
 * for the caller to say, of both.
 */
export function sendOn(to: string, request: IncomingMessage): ClientRequest {
  const { method, url = '', headers } = request;
  return request.pipe(send(new URL(url, to), { method, headers, agent: false }));
}
