import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ask, ledgerOfFile, openSite, post, problemIn, type Site, submitted } from './site.ts';
import { postHead, speak } from './speak.ts';

const given = ledgerOfFile();

/** Asks for a file and reads nothing of it yet; with it comes the other end, the server's. */
async function askUnread(site: Site, path: string) {
  const { promise: asked, resolve } = Promise.withResolvers<Socket>();
  const listen = (message: unknown) => resolve((message as { socket: Socket }).socket);
  subscribe('http.server.request.start', listen);
  const reader = connect(Number(new URL(site.url).port), '127.0.0.1').pause();
  reader.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  const socket = await asked;
  unsubscribe('http.server.request.start', listen);
  return { reader, socket };
}

/** Bytes: more than the system buffers for a slow reader, 4 MB on one end and 6 on the other. */
const LARGE = 20_000_000;

describe('what is too slow or too large', () => {
  test('a head that does not end is dropped', async () => {
    const site = await openSite(given, { limits: { headMs: 300 } });
    expect(await speak(site, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  test('a body that stops in the middle is dropped', async () => {
    const site = await openSite(given, { limits: { stallMs: 300 } });
    const json = postHead('/api/plans/1/start', 'application/json', 500);
    expect(await speak(site, `${json}{"by"`)).toBe('');
    const csv = postHead('/api/plans', 'text/csv', 500);
    expect(await speak(site, `${csv}area_code`)).toBe('');
  });

  test('an answer may take longer than a body may stop', async () => {
    const stallMs = 2_000;
    const site = await openSite(given, { limits: { stallMs } });
    const query = given.ledger.query;
    let beganAt = 0;
    const slowly: typeof query = async (...args) => {
      if (beganAt === 0) {
        beganAt = performance.now();
        await pause(stallMs + 500);
      }
      return query(...args);
    };
    given.ledger.query = slowly;
    const asked = post(site, '/api/accounts/sandbox/resume', { why: 'on' });
    const { status } = await asked.finally(() => Object.assign(given.ledger, { query }));
    expect(status).toBe(200);
    expect(performance.now() - beganAt).toBeGreaterThan(stallMs);
  });

  test('an answer that is not read is dropped, and one that is read slowly is not', async () => {
    const rows = `212,1,${'x'.repeat(10_000)}\n`.repeat(LARGE / 10_000);
    const id = await submitted(await openSite(given), `area_code,quantity,note\n${rows}`);
    const path = `/api/plans/${id}/lines.csv`;
    const stallMs = 1_000;
    const site = await openSite(given, { limits: { stallMs } });

    const { reader, socket } = await askUnread(site, path);
    await once(socket, 'close');
    expect((await buffer(reader)).length).toBeLessThan(LARGE);

    const slow = (await askUnread(site, path)).reader;
    const beganAt = performance.now();
    let read = 0;
    for await (const bytes of slow) {
      read += bytes.length;
      if (performance.now() - beganAt < 3 * stallMs) await pause(20);
    }
    expect(performance.now() - beganAt).toBeGreaterThan(2 * stallMs);
    expect(read).toBeGreaterThan(LARGE);
  });

  test('a head that is too large is refused', async () => {
    const site = await openSite(given);
    const headers = { 'x-large': 'x'.repeat(17_000) };
    expect((await ask(site, '/healthz', { headers })).status).toBe(431);
  });

  test('a body that is too large is refused', async () => {
    const site = await openSite(given, { limits: { bodyBytes: 1000 } });
    expect(problemIn(await post(site, '/api/plans/1/start', { why: 'x'.repeat(1000) }))).toEqual([
      413,
      { code: 'too_large', message: 'The body is larger than such a request may be.' },
    ]);
  });
});
