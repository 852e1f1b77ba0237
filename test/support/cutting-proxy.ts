import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';
import { listenHere } from './listen-here.ts';
import { PATIENCE_MS, until } from './until.ts';

/** By then the other side has read what it was sent last, ms. */
const READ_MS = 300;

/** After `after` bytes in one direction, the connection ends in this way on both sides. */
export type Cut = { towards: 'server' | 'client'; after: number; how: 'fin' | 'rst' | 'stall' };

/**
 * A TCP proxy that asks `nextCut` for each connection how to cut it; null: not at all. It
 * listens on `ownPort`; 0: on any free port.
 */
export async function cuttingProxy(port: number, nextCut: () => Cut | null, ownPort = 0) {
  const open = new Set<Socket>();
  /** When the connections that still carry something were accepted, by performance.now(). */
  const accepted = new Map<Socket, number>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const cut = nextCut();
    const end = (how: Cut['how']) => {
      accepted.delete(client);
      for (const socket of [client, upstream]) {
        if (how === 'stall') socket.pause();
        else if (how === 'fin') socket.destroy();
        else socket.resetAndDestroy();
      }
    };
    accepted.set(client, performance.now());
    // What it has passed on just before may still have to be read.
    client.once('close', () => setTimeout(() => accepted.delete(client), READ_MS).unref());
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => end('fin'));
    }
    forward(client, upstream, cut?.towards === 'server' ? cut : null, end);
    forward(upstream, client, cut?.towards === 'client' ? cut : null, end);
  });
  const { port: here, close } = await listenHere(server, ownPort);
  return {
    port: here,
    /** When the oldest connection that still carries something was accepted, else Infinity. */
    oldest: () => Math.min(...accepted.values()),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await close();
    },
  };
}

function forward(from: Socket, to: Socket, cut: Cut | null, end: (how: Cut['how']) => void) {
  let left = cut?.after ?? Number.POSITIVE_INFINITY;
  from.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (left > 0) to.write(part);
    else to.write(part, () => end(cut!.how));
  });
  from.on('end', () => left > 0 && to.end());
}

/** The same at an address that it keeps. It asks for the port behind it whenever it begins. */
export async function lastingProxy(behind: () => number, nextCut: () => Cut | null) {
  const port = await freePort();
  const open = () => cuttingProxy(behind(), nextCut, port);
  let proxy = await open();
  return {
    port,
    oldest: () => proxy.oldest(),
    /** Cuts what is open, and listens again when this is done. */
    async shutDuring(work: () => Promise<unknown>): Promise<void> {
      await proxy[Symbol.asyncDispose]();
      await work();
      // Another process on this machine may have taken the port for a moment.
      proxy = await until(open, { what: `port ${port} is free again`, withinMs: PATIENCE_MS });
    },
    close: () => proxy[Symbol.asyncDispose](),
  };
}
