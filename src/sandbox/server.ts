/**
 * A plain HTTP server. When it closes it stops listening, finishes the answers that are due, and
 * then cuts the clients that hang or do not read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer, serverUrl } from '../node-http.ts';

/** Settles when nothing more is due to this request. */
export type Handler = (
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
) => Promise<void>;

export type Server = { origin: string; close(): Promise<void> };

/** How long a closing server waits for its last bytes to leave. */
const GRACE_MS = 300;

/**
 * Listens on this machine only: every client that reaches the sandbox can command it. `patienceMs`
 * is how long closing waits for answers: longer than any answer should take.
 */
export async function openServer(
  port: number,
  patienceMs: number,
  handle: Handler,
): Promise<Server> {
  const due = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = answer(handle, request, response).finally(() => due.delete(work));
    due.add(work);
    // A connection that is kept alive would keep a closing server open.
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
  const opened = Promise.withResolvers<void>();
  server.on('error', opened.reject).listen(port, '127.0.0.1', opened.resolve);
  await opened.promise;

  async function close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    const answered = Promise.all(due).then(() => wait(GRACE_MS));
    await Promise.race([closed.promise, answered, wait(patienceMs)]);
    server.closeAllConnections();
    await closed.promise;
  }

  let closing: Promise<void> | undefined;
  return {
    origin: serverUrl(server.address() as AddressInfo),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Does not hold the process open: the connections do that. */
function wait(ms: number): Promise<void> {
  return pause(ms, undefined, { ref: false });
}

async function answer(
  handle: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await handle(request, new URL(`http://sandbox${request.url}`), response);
  } catch (error) {
    // A mistake of ours, or a request line that is no path. Only the client sees it: a log could
    // show the query, and the keys in it.
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end(`${error instanceof Error ? error.message : error}\n`);
  }
}
