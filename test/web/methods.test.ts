import { describe, expect, test } from 'vitest';
import { ask, newCsv, send, siteOfFile, submitted } from './site.ts';

const { site } = siteOfFile();
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
  test.each(['gzip', 'br', 'lzma', 'gzip, identity'])(
    'that is compressed (%s) is refused, and told to come uncompressed',
    async (encoding) => {
      const headers = { 'content-encoding': encoding };
      const { status, json, headers: told } = await send(site, '/api/plans', newCsv(), headers);
      expect({ status, error: json.error, takes: told['accept-encoding'] }).toEqual({
        status: 415,
        error: {
          code: 'invalid_usage',
          message: `The body is compressed (${encoding}). Send it uncompressed.`,
        },
        takes: 'identity',
      });
      const form = { ...headers, 'content-type': 'multipart/form-data; boundary=x' };
      expect((await send(site, '/plans', 'x', form)).status).toBe(415);
    },
  );

  test('that says that it is not compressed is taken', async () => {
    const headers = { 'content-encoding': 'Identity' };
    expect((await send(site, '/api/plans', newCsv(), headers)).status).toBe(201);
  });

  test('of a kind that is not known here is 415', async () => {
    const json = { method: 'POST', body: { plan: 'area_code,quantity' } };
    expect((await ask(site, '/api/plans', json)).status).toBe(415);
    expect((await send(site, '/api/plans/1/start', 'x')).status).toBe(415);
  });
});
