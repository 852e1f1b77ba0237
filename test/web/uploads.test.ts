import { randomBytes } from 'node:crypto';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTurn } from '../../src/web/submission.ts';
import { atEnd } from '../support/clean-up.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { FORM_END, FORM_TYPE, fileHead, filePart } from './multipart.ts';
import { ask, newCsv, openSite, send, siteOfFile } from './site.ts';
import { dial, postHead } from './speak.ts';

const LIMIT = 200_000;
const { given, site } = siteOfFile({ limits: { uploadBytes: LIMIT } });
const left = () => readdirSync(site.uploadsFolder);
const stored = async () => (await ask(site, '/api/plans')).json.total;

/** A plan of about that many bytes, like no other. */
function large(bytes: number): string {
  const first = `area_code,quantity,note\n212,10,${randomBytes(8).toString('hex')}\n`;
  return first + `312,5,${'x'.repeat(90)}\n`.repeat(Math.ceil(bytes / 97));
}

const sendForm = (csv: string) =>
  send(site, '/api/plans', filePart(csv) + FORM_END, { 'content-type': FORM_TYPE });

describe('an upload', () => {
  test('is gone from the disk once it was judged or stored', async () => {
    expect((await send(site, '/api/check', newCsv())).status).toBe(200);
    expect((await send(site, '/api/plans', newCsv())).status).toBe(201);
    expect((await send(site, '/api/plans', 'area_code,quantity\nx,1\n')).status).toBe(422);
    expect((await sendForm(newCsv())).status).toBe(201);
    expect(left()).toEqual([]);
  });

  test('that has no folder says so', async () => {
    const own = await openSite(given, { uploadsFolder: '/proc/taking-no-folder/uploads' });
    const { status, json } = await send(own, '/api/check', newCsv());
    expect({ status, json }).toMatchObject({
      status: 500,
      json: { error: { code: 'bad_config' } },
    });
    expect(json.error.message).toMatch(
      /^Uploads cannot be written to .* \(E[A-Z]+\)\. Set DATA_DIR/,
    );
  });

  test('of just the size that is allowed is taken', async () => {
    const csv = large(LIMIT - 200).slice(0, LIMIT);
    expect(Buffer.byteLength(csv)).toBeLessThanOrEqual(LIMIT);
    expect((await send(site, '/api/check', csv)).status).toBe(200);
  });

  const tooLarge = {
    status: 413,
    json: {
      error: {
        code: 'too_large',
        message:
          'This file is larger than 200000 bytes, so it was not read. ' +
          'Split it and upload the parts.',
        limit: LIMIT,
      },
    },
  };

  test('that is too large is refused in words, and leaves nothing', async () => {
    const before = await stored();
    const csv = large(1.1 * LIMIT);
    expect(await send(site, '/api/plans', csv)).toMatchObject(tooLarge);
    expect(await sendForm(csv)).toMatchObject(tooLarge);
    expect(left()).toEqual([]);
    expect(await stored()).toBe(before);
  });

  test('that does not say its size is refused as soon as it is too large', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const sending = request(`${site.url}/api/plans`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'text/csv', 'transfer-encoding': 'chunked' },
    });
    sending.once('response', (response) => resolve(response.resume().statusCode));
    sending.once('error', reject);
    atEnd(() => sending.destroy());
    // It goes on for ever: the answer does not wait for its end.
    sending.write(large(2 * LIMIT));
    expect(await promise).toBe(413);
    await until(() => left().length === 0, { what: 'nothing is left' });
  });

  test.each([
    ['a body of known size', 'text/csv', '', false],
    ['a body of unknown size', 'text/csv', '', true],
    ['a form of known size', FORM_TYPE, fileHead(), false],
    ['a form of unknown size', FORM_TYPE, fileHead(), true],
  ])(
    'much too large, as %s, is refused when all of it was sent',
    async (_, type, head, isChunked) => {
      const rest = Buffer.alloc(20_000_000, '312,5\n');
      const size = head.length + rest.length;
      const socket = dial(site);
      let answer = '';
      socket.setEncoding('utf8').on('data', (text) => {
        answer += text;
      });
      const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`;
      socket.write(`POST /api/plans HTTP/1.1\r\nHost: localhost\r\n`);
      socket.write(`Content-Type: ${type}\r\n${length}\r\n\r\n`);
      if (isChunked) socket.write(`${size.toString(16)}\r\n`);
      socket.write(head);
      // As those do who look for an answer only then.
      await new Promise<void>((sent, fail) =>
        socket.write(rest, (error) => (error ? fail(error) : sent())),
      );
      await until(() => answer.startsWith('HTTP/1.1 413 '), { what: 'the answer has come' });
      expect(left()).toEqual([]);
    },
  );

  test.each([
    ['a body', 'text/csv', ''],
    ['a form', FORM_TYPE, fileHead()],
  ])(
    'as %s that breaks off in the middle leaves nothing, and is no fault of ours',
    async (_, type, head) => {
      const before = await stored();
      const socket = dial(site);
      socket.write(postHead('/api/plans', type, 150_000) + head + large(50_000));
      await until(() => left().length === 1, { what: 'it is being written' });
      socket.destroy();
      await until(() => left().length === 0, { what: 'nothing is left of it' });
      expect(await stored()).toBe(before);
      const last = () => site.log.lines.at(-1)?.msg;
      await until(() => last() === 'an upload broke off', { what: 'the log has it' });
      expect(site.log.lines.at(-1)).toMatchObject({ level: 30 });
    },
  );

  test('that a process left an hour before its death is removed at the next start', async () => {
    const old = join(site.uploadsFolder, `${'a'.repeat(32)}.csv`);
    const fresh = join(site.uploadsFolder, `${'b'.repeat(32)}.csv`);
    const strange = join(site.uploadsFolder, 'notes.txt');
    for (const path of [old, fresh, strange]) writeFileSync(path, 'x');
    const hourAgo = Date.now() / 1000 - 3601;
    for (const path of [old, strange]) utimesSync(path, hourAgo, hourAgo);
    await openSite(given, { uploadsFolder: site.uploadsFolder });
    expect(left().sort()).toEqual([`${'b'.repeat(32)}.csv`, 'notes.txt']);
  });

  test('that is kept to be mended makes room for newer ones', async () => {
    const uploadsFolder = temporaryFolder();
    const own = await openSite(given, { uploadsFolder });
    for (let n = 0; n < 105; n++) {
      const path = join(uploadsFolder, `${String(n).padStart(32, '0')}.csv`);
      writeFileSync(path, 'x');
      const at = Date.now() / 1000 - 200 + n;
      utimesSync(path, at, at);
    }
    expect((await send(own, '/api/plans', newCsv())).status).toBe(201);
    const kept = readdirSync(uploadsFolder).sort();
    expect(kept).toHaveLength(100);
    expect(kept[0]).toBe(`${'5'.padStart(32, '0')}.csv`);
  });
});

test('uploads are read one after the other, and too many at once are refused for now', async () => {
  const before = await stored();
  const mayEnd = Promise.withResolvers<void>();
  let reading = 0;
  const others = Array.from({ length: 20 }, () =>
    inTurn(async () => {
      reading += 1;
      await mayEnd.promise;
    }),
  );
  const refused = await send(site, '/api/plans', newCsv('212,30'));
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
    json: { error: { code: 'busy', waiting: 20, retryAfterS: 60 } },
  });
  expect(refused.json.error.message).toContain('20 uploads are waiting');
  // Other requests are answered.
  expect(await stored()).toBe(before);
  expect(reading).toBe(1);
  mayEnd.resolve();
  await Promise.all(others);
  expect((await send(site, '/api/plans', newCsv('212,30'))).status).toBe(201);
});

test('an upload that fails keeps none from its turn', async () => {
  const failed = inTurn(() => Promise.reject(new Error('broken off')));
  const next = inTurn(async () => 'read');
  await expect(failed).rejects.toThrow('broken off');
  expect(await next).toBe('read');
});
