/**
 * A plain HTTP server that can be closed politely: it stops listening, lets what is due be said,
 * and then cuts whoever hangs or does not read.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Settles once nothing more is due to this request. */
export type Handler = (
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
) => Promise<void>;

export type Server = { origin: string; close(): Promise<void> };

/** How long the last bytes may take to get out, and a hanging request may go on hanging. */
const GRACE_MS = 300;

/** `patienceMs` is how long closing waits for what is due: longer than any answer should take. */
export async function openServer(
  host: string,
  port: number,
  patienceMs: number,
  handle: Handler,
): Promise<Server> {
  const due = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = answer(handle, request, response).finally(() => due.delete(work));
    due.add(work);
    // A connection that is kept alive would otherwise keep a closing server open.
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
  });
  const opened = Promise.withResolvers<void>();
  server.once('error', opened.reject).listen(port, host, opened.resolve);
  await opened.promise;

  async function close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    const said = Promise.all(due).then(() => wait(GRACE_MS));
    await Promise.race([closed.promise, said, wait(patienceMs)]);
    server.closeAllConnections();
    await closed.promise;
  }

  let closing: Promise<void> | undefined;
  return {
    origin: originOf(server.address() as AddressInfo),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Without holding the process open: the connections that are waited for do that. */
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
    // A fault of ours, or a request line that is no path. Said to the client only: a log could
    // show the query, and the keys in it.
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end(`${error instanceof Error ? error.message : error}\n`);
  }
}

function originOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
