import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ask, newCsv, openSite, send, siteOfFile, submitted } from './site.ts';

const { given, site } = siteOfFile();
describe('a method that a path does not take', () => {
  test.each([
    ['DELETE', '/api/plans', 'GET, HEAD, OPTIONS, POST'],
    ['POST', '/api/openapi.json', 'GET, HEAD, OPTIONS'],
    ['PUT', '/api/accounts/sandbox', 'GET, HEAD, OPTIONS, PATCH'],
    ['GET', '/api/plans/1/start', 'OPTIONS, POST'],
    ['HEAD', '/api/plans/1/events', 'GET, OPTIONS'],
    ['DELETE', '/', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/plans/1', 'GET, HEAD, OPTIONS'],
    ['POST', '/metrics', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 and names those it does', async (method, path, allow) => {
    const { status, headers, text } = await ask(site, path, { method });
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow });
    if (method !== 'HEAD') expect(text).toContain(`${path} takes ${allow}, not ${method}`);
  });

  test('is refused before its body is read', async () => {
    const asking = { method: 'PUT', body: '{"not JSON', headers: { 'content-type': 'x/y' } };
    expect((await ask(site, '/api/plans', asking)).status).toBe(405);
  });
});

test.each(['/api/plans', '/api/plans/77/', '/plans/new', '/metrics'])(
  'OPTIONS %s is answered with the methods there are, and nothing else',
  async (path) => {
    const { status, headers, text } = await ask(site, path, { method: 'OPTIONS' });
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(headers.allow).toContain('GET, HEAD, OPTIONS');
  },
);

test('a path that is nowhere is 404 by any method', async () => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
    expect((await ask(site, '/api/nothing', { method })).status, method).toBe(404);
    expect((await ask(site, '/nothing', { method })).status, method).toBe(404);
  }
});

test('HEAD answers as GET does, without a body', async () => {
  const id = await submitted(site);
  for (const path of [
    '/',
    `/plans/${id}`,
    '/api/plans',
    `/api/plans/${id}/lines.csv`,
    '/healthz',
  ]) {
    const [head, get] = [await ask(site, path, { method: 'HEAD' }), await ask(site, path)];
    expect({ status: head.status, text: head.text }, path).toEqual({ status: 200, text: '' });
    expect(head.headers['content-type'], path).toBe(get.headers['content-type']);
  }
});

test('a slash at the end of a path makes no difference', async () => {
  const id = await submitted(site);
  for (const path of ['/api/', '/api/plans/', `/api/plans/${id}/`, `/plans/${id}/`, '/accounts/'])
    expect((await ask(site, path)).status, path).toBe(200);
});

describe('a body', () => {
  const csv = () => Buffer.from(newCsv());

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('may be compressed with %s', async (encoding, compress) => {
    const headers = { 'content-encoding': encoding };
    const { status, json } = await send(site, '/api/plans', compress(csv()), headers);
    expect({ status, requested: json.requested }).toEqual({ status: 201, requested: 10 });
    const body = compress(Buffer.from(JSON.stringify({ by: 'Ada', why: 'lunch' })));
    const paused = await ask(site, `/api/plans/${json.id}/cancel`, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': 'application/json' },
    });
    expect(paused.json).toMatchObject({ state: 'cancelled', reason: 'lunch' });
  });

  test('that is not compressed as it says, or is cut short, is the sender’s fault', async () => {
    const whole = gzipSync(csv());
    for (const body of [csv(), whole.subarray(0, whole.length - 20)]) {
      const headers = { 'content-encoding': 'gzip' };
      const { status, json } = await send(site, '/api/plans', body, headers);
      expect({ status, message: json.error.message }).toEqual({
        status: 400,
        message: 'The body cannot be decompressed as gzip, which its Content-Encoding says it is.',
      });
    }
    expect(site.log.lines.filter(({ level }) => level >= 50)).toEqual([]);
  });

  test('is limited by its length decompressed', async () => {
    const small = await openSite(given, { limits: { uploadBytes: 1_000, bodyBytes: 1_000 } });
    const headers = { 'content-encoding': 'gzip' };
    const bomb = gzipSync(Buffer.alloc(1_000_000, 'x'));
    expect((await send(small, '/api/plans', bomb, headers)).status).toBe(413);
    const asking = { method: 'POST', body: bomb };
    const json = { ...headers, 'content-type': 'application/json' };
    expect((await ask(small, '/api/plans/1/start', { ...asking, headers: json })).status).toBe(413);
  });

  test('in a coding or of a kind that is not known here is 415', async () => {
    const compressed = await send(site, '/api/plans', 'x', { 'content-encoding': 'lzma' });
    expect(compressed.status).toBe(415);
    expect(compressed.headers['accept-encoding']).toBe('gzip, x-gzip, deflate, br, zstd');
    const json = { method: 'POST', body: { plan: 'area_code,quantity' } };
    expect((await ask(site, '/api/plans', json)).status).toBe(415);
    expect((await send(site, '/api/plans/1/start', 'x')).status).toBe(415);
    const form = { 'content-type': 'multipart/form-data; boundary=x', 'content-encoding': 'gzip' };
    expect((await send(site, '/api/plans', gzipSync('x'), form)).status).toBe(415);
  });
});
