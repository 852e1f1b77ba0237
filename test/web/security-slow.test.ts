import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ask, ledgerOfFile, openSite, post } from './site.ts';
import { speak } from './speak.ts';

const given = ledgerOfFile();

describe('what is too slow or too large', () => {
  test('a head that does not end is dropped', async () => {
    const site = await openSite(given, { limits: { headMs: 300 } });
    expect(await speak(site, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  test('a body that stops in the middle is dropped', async () => {
    const site = await openSite(given, { limits: { stallMs: 300 } });
    const head = (path: string, type: string) =>
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 500\r\n\r\n`;
    expect(await speak(site, `${head('/api/plans/1/start', 'application/json')}{"by"`)).toBe('');
    expect(await speak(site, `${head('/api/plans', 'text/csv')}area_code`)).toBe('');
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

  test('a head that is too large is refused', async () => {
    const site = await openSite(given);
    const headers = { 'x-large': 'x'.repeat(17_000) };
    expect((await ask(site, '/healthz', { headers })).status).toBe(431);
  });

  test('a body that is too large is refused', async () => {
    const site = await openSite(given, { limits: { bodyBytes: 1000 } });
    const { status, json } = await post(site, '/api/plans/1/start', { why: 'x'.repeat(1000) });
    expect({ status, error: json.error }).toEqual({
      status: 413,
      error: { code: 'too_large', message: 'The body is larger than such a request may be.' },
    });
  });
});
