import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { newCsv, siteOfFile, submitted } from './site.ts';

const { site } = siteOfFile();
let plan: number;
beforeAll(async () => {
  const rows = Array.from({ length: 300 }, (_, n) => `${212 + (n % 5)},1`).join('\n');
  plan = await submitted(site, newCsv(rows));
});

/** The answer as it is on the wire: fetch would decompress it. */
async function raw(path: string, encodings?: string) {
  const headers = encodings === undefined ? {} : { 'accept-encoding': encodings };
  const asked = request(site.url + path, { agent: false, headers }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { headers: response.headers, body: Buffer.concat(await response.toArray()) };
}

describe('an answer', () => {
  test.each([
    ['a page', () => `/plans/${plan}`],
    ['a document', () => `/api/plans/${plan}/lines?limit=200`],
    ['the API’s page', () => '/api'],
  ])('that is %s is compressed as the caller takes it', async (_, path) => {
    const plain = (await raw(path())).body;
    const br = await raw(path(), 'gzip, deflate, br');
    expect(br.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(br.body.length).toBeLessThan(plain.length / 3);
    expect(brotliDecompressSync(br.body).length).toBe(plain.length);
    const gzip = await raw(path(), 'gzip;q=0.5, br;q=0');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).length).toBe(plain.length);
    expect((await raw(path(), 'identity')).headers['content-encoding']).toBeUndefined();
  });

  test('that is made while it is sent is compressed, and whole', async () => {
    const plain = (await raw(`/api/plans/${plan}/lines.csv`)).body;
    const { headers, body } = await raw(`/api/plans/${plan}/lines.csv`, 'gzip, br');
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body)).toEqual(plain);
  });

  test('that is small, or an event stream, is as it is', async () => {
    expect((await raw('/healthz', 'gzip, br')).headers['content-encoding']).toBeUndefined();
    const stop = new AbortController();
    const stream = await fetch(`${site.url}/api/plans/${plan}/events`, {
      headers: { 'accept-encoding': 'gzip, br' },
      signal: stop.signal,
    });
    expect(stream.headers.get('content-encoding')).toBeNull();
    const { value } = await stream.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toContain('retry: 2000');
    stop.abort();
  });
});

describe('a file of the pages', () => {
  test('lies where its content says, to be kept for ever, and is compressed', async () => {
    const page = (await raw('/')).body.toString();
    const [, path] = /src="([^"]+app[.]js)"/.exec(page)!;
    const { headers, body } = await raw(path!, 'gzip, br');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).toString()).toContain('keepLive');
    const fresh = await raw('/favicon.ico');
    expect(fresh.headers['cache-control']).not.toContain('immutable');
  });
});
