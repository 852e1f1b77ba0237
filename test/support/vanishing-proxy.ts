import { connect, createServer, type Socket } from 'node:net';
import { listenHere } from './listen-here.ts';

type Pair = { client: Socket; upstream: Socket };

type Manners = {
  /** As a firewall that forgets: the server is not told that a connection is gone. */
  forgets?: boolean;
  /** As a pooler, it gives each connection a number that the server does not know. */
  renumbers?: boolean;
};

/** The message in which PostgreSQL names the process of a connection. */
const BACKEND_KEY = Buffer.from([0x4b, 0, 0, 0, 12]);

/**
 * A TCP proxy before a database, whose open connections can fall silent for ever without an end.
 * Those that are opened later are not concerned.
 */
export async function vanishingProxy(databaseUrl: string, { forgets, renumbers }: Manners = {}) {
  const to = new URL(databaseUrl);
  const pairs = new Set<Pair>();
  let silencing: string | null = null;
  let isClosed = false;
  let refused = 0;
  const silence = (pair: Pair) => {
    pairs.delete(pair);
    for (const socket of [pair.client, pair.upstream]) socket.removeAllListeners('data').resume();
    if (!forgets) pair.upstream.destroy();
  };
  const server = createServer((client) => {
    if (isClosed) {
      refused += 1;
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(to.port), to.hostname);
    const pair = { client, upstream };
    pairs.add(pair);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('data', (bytes) => {
      if (silencing === null || !bytes.includes(silencing)) upstream.write(bytes);
      else {
        silencing = null;
        silence(pair);
      }
    });
    upstream.on('data', (bytes: Buffer) => {
      const at = renumbers ? bytes.indexOf(BACKEND_KEY) : -1;
      if (at >= 0) bytes.writeInt32BE(bytes.readInt32BE(at + 5) + 1_000_000_000, at + 5);
      client.write(bytes);
    });
    client.on('close', () => pairs.has(pair) && upstream.destroy());
    upstream.on('close', () => pairs.has(pair) && client.destroy());
  });
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String((await listenHere(server)).port);
  return {
    url: url.href,
    vanish() {
      for (const pair of pairs) silence(pair);
    },
    /** The same for one connection: the next that is asked for this statement. */
    vanishAt(statement: string) {
      silencing = statement;
    },
    /** Whether new connections are refused. */
    close(close: boolean) {
      isClosed = close;
    },
    refused: () => refused,
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
