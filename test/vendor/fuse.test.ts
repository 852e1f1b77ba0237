/**
 * undici sends a GET again by itself in several configurations. Each test shows it on the wire, and
 * shows that the fuse stops it. When a new undici behaves differently, a test here fails.
 */
import { constants, createServer, type ServerHttp2Stream } from 'node:http2';
import { Client, type Dispatcher, interceptors, RetryAgent } from 'undici';
import { describe, expect, it } from 'vitest';
import {
  ATTEMPT,
  type Attempt,
  type FusedOptions,
  fuse,
  newAttempt,
  withhold,
} from '../../src/vendor/wire/fuse.ts';
import { listenHere } from '../support/listen-here.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { rawServer, reply, type Script, write } from './raw-server.ts';

/** Sends one GET and waits for its end. */
async function get(dispatcher: Dispatcher, path: string, attempt: Attempt): Promise<void> {
  // Not blocking: with pipelining, the next one is written without waiting.
  const options: FusedOptions = { path, method: 'GET', blocking: false, [ATTEMPT]: attempt };
  await dispatcher
    .request(options)
    .then(({ body }) => body.dump())
    .catch(() => {});
}

/** How often the server saw the order that it saw most often. */
function mostSeen(paths: string[]): number {
  return Math.max(...paths.map((path) => paths.filter((other) => other === path).length));
}

const ORDERS = ['/1', '/2', '/3', '/4'];
const attempts = () => ORDERS.map(() => newAttempt(() => true));
const pathOf = (head: string) => head.split(/[ ?]/)[1]!;

async function seenByRawServer(
  script: Script,
  options: Client.Options,
  wrap: (client: Dispatcher) => Dispatcher,
  paths = ORDERS.slice(0, 1),
): Promise<number> {
  await using server = await rawServer(script);
  const client = new Client(new URL(server.url).origin, { allowH2: false, ...options });
  const dispatcher = wrap(client);
  const fuses = attempts();
  await Promise.all(paths.map((path, index) => get(dispatcher, path, fuses[index]!)));
  await client.destroy();
  return mostSeen(server.heads.map(pathOf));
}

describe('the fuse stops what undici sends again', () => {
  const retry = (client: Dispatcher) =>
    new RetryAgent(client, { maxRetries: 2, minTimeout: 1, maxTimeout: 1 });
  const redirect = interceptors.redirect({ maxRedirections: 1 });
  const failing: Script = { asked: reply('', 503) };
  const redirecting: Script = {
    asked: write('HTTP/1.1 302 X\r\nlocation: /1?again\r\ncontent-length: 0\r\n\r\n', 'wait'),
  };
  // Reads all orders, answers the first and closes.
  const closing: Script = {
    asked(socket, head) {
      if (pathOf(head) === '/4') reply('', 200, { connection: 'close' })(socket);
    },
  };

  it('RetryAgent repeats a 503', async () => {
    expect(await seenByRawServer(failing, {}, retry)).toBe(3);
    expect(await seenByRawServer(failing, {}, (client) => retry(client.compose(fuse)))).toBe(1);
  });

  it('RetryAgent repeats a cut connection', async () => {
    const cut: Script = { asked: write('', 'rst') };
    expect(await seenByRawServer(cut, {}, retry)).toBe(3);
    expect(await seenByRawServer(cut, {}, (client) => retry(client.compose(fuse)))).toBe(1);
  });

  it('the redirect interceptor follows a 302', async () => {
    const bare = (client: Dispatcher) => client.compose(redirect);
    const fused = (client: Dispatcher) => client.compose(fuse, redirect);
    expect(await seenByRawServer(redirecting, {}, bare)).toBe(2);
    expect(await seenByRawServer(redirecting, {}, fused)).toBe(1);
  });

  it('pipelining repeats the orders behind one that closes the connection', async () => {
    const pipelined = { pipelining: 4 };
    const bare = (client: Dispatcher) => client;
    const fused = (client: Dispatcher) => client.compose(fuse);
    expect(await seenByRawServer(closing, pipelined, bare, ORDERS)).toBeGreaterThan(1);
    expect(await seenByRawServer(closing, pipelined, fused, ORDERS)).toBe(1);
  });

  it('HTTP/2 repeats a stream that the server refused after it had read it', async () => {
    expect(await seenByRefusingHttp2Server((client) => client)).toBeGreaterThan(1);
    expect(await seenByRefusingHttp2Server((client) => client.compose(fuse))).toBe(1);
  });

  async function seenByRefusingHttp2Server(wrap: (client: Dispatcher) => Dispatcher) {
    const paths: string[] = [];
    const server = createServer();
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      stream.on('error', () => {});
      paths.push(`${headers[':path']}`);
      if (paths.length < 3) stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else stream.respond({ ':status': 200 }, { endStream: true });
    });
    const { port, close } = await listenHere(server);
    // HTTP/2 without TLS: undici's types lack the option.
    const options: Client.Options & { useH2c: true } = { useH2c: true };
    const client = new Client(`http://127.0.0.1:${port}`, options);
    await get(
      wrap(client),
      '/1',
      newAttempt(() => true),
    );
    await client.destroy();
    await close();
    return mostSeen(paths);
  }
});

describe('the fuse asks at the last moment', () => {
  const gates: { title: string; mayStart: () => boolean }[] = [
    { title: 'a gate that says no', mayStart: () => false },
    {
      title: 'a gate that throws',
      mayStart: () => {
        throw new Error('the ledger is gone');
      },
    },
  ];

  it.each(gates)('$title keeps every byte from the server', async ({ mayStart }) => {
    await using server = await rawServer({ asked: reply('') });
    await using vendor = vendorAt(server.url);
    const answer = await vendor.order(SEED_ORDER, { mayStart });
    expect(answer).toMatchObject({
      outcome: 'not_sent',
      what: 'Nothing was sent: it was not allowed to start.',
    });
    expect(server.bytes()).toBe(0);
  });

  it('an attempt that was over before it started cannot start any more', async () => {
    await using server = await rawServer({ asked: reply('') });
    const client = new Client(new URL(server.url).origin).compose(fuse);
    const attempt = newAttempt(() => true);
    withhold(attempt);
    await get(client, '/', attempt);
    await client.destroy();
    expect({ bytes: server.bytes(), state: attempt.state }).toEqual({
      bytes: 0,
      state: 'withheld',
    });
  });

  it('a request without an attempt does not pass', async () => {
    await using server = await rawServer({ asked: reply('') });
    const client = new Client(new URL(server.url).origin).compose(fuse);
    await expect(client.request({ path: '/', method: 'GET' })).rejects.toThrow('Bug: ');
    await client.destroy();
    expect(server.bytes()).toBe(0);
  });
});

describe('an answer belongs to the order that it was sent for', () => {
  it('a stray second answer is not taken for the next order', async () => {
    const first = reply('<response><result>failed</result></response>', 503);
    await using server = await rawServer({
      asked(socket) {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfirst');
        setImmediate(() => first(socket));
      },
    });
    await using vendor = vendorAt(server.url, { connections: 1 });
    const orders = [1, 2, 3, 4, 5].map(() => vendor.order(SEED_ORDER, freely));
    const answers = await Promise.all(orders);
    const own = expect.stringMatching(/^first\nHTTP\/1.1 503 X\r\n/);
    expect(answers.map(({ body }) => body)).toEqual(Array(5).fill(own));
    expect(server.heads.filter((head) => !head.includes('connection: close'))).toEqual([]);
  });
});
