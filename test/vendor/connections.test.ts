import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { lookup } from 'node:dns';
import type { Socket } from 'node:net';
import { setDefaultCACertificates } from 'node:tls';
import { RetryAgent } from 'undici';
import { describe, expect, it } from 'vitest';
import { openConnections } from '../../src/vendor/wire/connections.ts';
import { openPool } from '../../src/vendor/wire/pool.ts';
import { certificate } from '../support/certificate.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { rawServer, reply } from './raw-server.ts';
import { SEED_ANSWER } from './seed-answer.ts';

describe('an order', () => {
  it('waits for its moment with its connection open, and leaves right after it', async () => {
    const events: string[] = [];
    const connected = Promise.withResolvers<void>();
    await using server = await rawServer({
      connected: () => connected.resolve(),
      asked(socket) {
        events.push('sent');
        reply(SEED_ANSWER)(socket);
      },
    });
    await using vendor = vendorAt(server.url);
    const answer = await vendor.order(SEED_ORDER, {
      async moment() {
        await connected.promise;
        events.push(`${server.bytes()} bytes`);
      },
      mayStart: () => events.push('asked') > 0,
    });
    expect(answer.outcome).toBe('filled');
    expect(events).toEqual(['0 bytes', 'asked', 'sent']);
  });

  it('has no moment while there is no connection', async () => {
    let moments = 0;
    await using vendor = vendorAt('http://127.0.0.1:1');
    const answer = await vendor.order(SEED_ORDER, {
      moment: async () => void moments++,
      mayStart: () => true,
    });
    expect(answer).toMatchObject({
      outcome: 'not_sent',
      what: 'Nothing was sent: the connection was refused (ECONNREFUSED).',
    });
    expect(moments).toBe(0);
  });

  it.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['answers on and closes', reply('', 408)],
  ])('whose connection the server %s before its moment is not sent', async (_title, end) => {
    const connected = Promise.withResolvers<Socket>();
    await using server = await rawServer({ connected: connected.resolve });
    await using vendor = vendorAt(server.url);
    const own = Promise.withResolvers<Socket>();
    const noteOwn = (message: unknown) => own.resolve((message as { socket: Socket }).socket);
    subscribe('net.client.socket', noteOwn);
    const answer = await vendor.order(SEED_ORDER, {
      async moment() {
        end(await connected.promise);
        const socket = await own.promise;
        while (socket.readable && socket.readableLength === 0) await new Promise(setImmediate);
      },
      mayStart: () => true,
    });
    unsubscribe('net.client.socket', noteOwn);
    expect(answer).toMatchObject({
      outcome: 'not_sent',
      what: 'Nothing was sent: the server did not wait for the request.',
    });
    expect(server.bytes()).toBe(0);
  });
});

describe('a request that is given up', () => {
  it.each([
    { over: 'TCP', script: {} },
    { over: 'TLS', script: { tls: {} } },
  ])('over $over is reset, so that the kernel sends none of it later', async ({ script }) => {
    setDefaultCACertificates([certificate]);
    const ended = Promise.withResolvers<string>();
    await using server = await rawServer({
      ...script,
      asked: (socket) =>
        void socket
          .on('end', () => ended.resolve('closed'))
          .on('error', ({ code }: NodeJS.ErrnoException) => ended.resolve(`${code}`)),
    });
    await using vendor = vendorAt(server.url, { timeoutMs: 250 });
    expect(await vendor.order(SEED_ORDER, freely)).toMatchObject({ outcome: 'unknown' });
    expect(await ended.promise).toBe('ECONNRESET');
  });
});

describe('a pool that is handed its connections', () => {
  it('sends a request only once, even when it is told to repeat it', async () => {
    await using server = await rawServer({ asked: reply('', 503) });
    const { origin } = new URL(server.url);
    const options = { origin, timeoutMs: 5_000, connections: 4, mostBytes: 1_000, lookup };
    const connections = openConnections(options);
    const pool = openPool(options, connections.hand);
    const retrying = new RetryAgent(pool, { maxRetries: 2, minTimeout: 1, maxTimeout: 1 });
    const connected = await connections.open();
    if ('error' in connected) throw connected.error;
    connections.ready(connected);
    const asked = retrying.request({ origin, path: '/', method: 'GET' });
    await expect(asked).rejects.toThrow('no connection is ready');
    await pool.close();
    expect(server.heads).toHaveLength(1);
  });
});
