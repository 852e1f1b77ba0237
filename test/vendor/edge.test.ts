import { setDefaultCACertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { openWire } from '../../src/vendor/wire/wire.ts';
import { certificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { KEYS, leaks } from './canary-keys.ts';
import {
  AFTER_THE_FIRST_BYTE,
  ANSWERED_WITH_PROOF,
  ANSWERED_WITHOUT_PROOF,
  BEFORE_THE_FIRST_BYTE,
  type EdgeCase,
  runEdgeCase,
  TIMED_OUT,
} from './edge-cases.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { rawServer, reply, write } from './raw-server.ts';
import { SEED_ANSWER, SEED_NUMBERS } from './seed-answer.ts';

/** Runs a case with keys that can be recognized, and expects no piece of them in the answer. */
async function run(edgeCase: EdgeCase) {
  const result = await runEdgeCase(edgeCase, KEYS);
  expect(leaks(result.answer)).toEqual([]);
  return result;
}

describe('an order is not sent when nothing of it is handed to a socket', () => {
  it.each(BEFORE_THE_FIRST_BYTE)('$title', async (edgeCase) => {
    const { answer, starts, heads } = await run(edgeCase);
    expect(answer).toMatchObject({ outcome: 'not_sent', numbers: [], status: null, body: null });
    expect(answer.what).toContain(edgeCase.why ?? 'Nothing was sent: ');
    expect({ starts, heads }).toEqual({ starts: 0, heads: 0 });
  });

  it('two addresses without a listener', async () => {
    const addresses = [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    const sent = await sendBy((_name, _options, callback) => callback(null, addresses));
    expect(sent).toMatchObject({ bytes: 'none', fault: expect.stringContaining('ECONNREFUSED') });
  });

  it('a name server that never answers', async () => {
    const sent = await sendBy(() => {});
    expect(sent).toMatchObject({ bytes: 'none', fault: expect.stringContaining('TIMEOUT') });
  });

  async function sendBy(lookup: Parameters<typeof openWire>[0]['lookup']) {
    const origin = `http://vendor.test:${await freePort()}`;
    const wire = openWire({ origin, connections: 1, timeoutMs: 250, mostBytes: 1_000, lookup });
    const sent = await wire.send('/', { mayStart: () => true });
    await wire.close();
    return sent;
  }
});

describe('an order that was handed over without a complete answer is unknown', () => {
  it.each(AFTER_THE_FIRST_BYTE)('$title', async (edgeCase) => {
    await expectUnknown(edgeCase, '');
  });

  // Side by side: they only wait.
  it.concurrent.each(TIMED_OUT)('$title', async (edgeCase) => {
    await expectUnknown(edgeCase, 'it took longer than 1 s');
  });

  async function expectUnknown(edgeCase: EdgeCase, why: string) {
    const { answer, starts, heads } = await run(edgeCase);
    expect(answer).toMatchObject({ outcome: 'unknown', numbers: [] });
    expect(answer.what).toContain(`The order was handed over, but no complete answer came: ${why}`);
    expect({ starts, heads }).toEqual({ starts: 1, heads: edgeCase.seen });
  }
});

describe('a TLS server that offers HTTP/2', () => {
  it('gets HTTP/1.1, in which nothing is repeated', async () => {
    setDefaultCACertificates([certificate]);
    await using server = await rawServer({
      tls: { ALPNProtocols: ['h2', 'http/1.1'] },
      asked: reply(SEED_ANSWER),
    });
    await using vendor = vendorAt(server.url);
    expect((await vendor.order(SEED_ORDER, freely)).outcome).toBe('filled');
    expect(server.heads).toMatchObject([expect.stringMatching(/ HTTP\/1\.1\r\n/)]);
  });
});

describe('the part of an answer that came is kept', () => {
  it.each([
    ['only an informational answer', 'HTTP/1.1 103 X\r\n\r\n', null, null],
    ['its status', 'HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n', 200, ''],
    ['a part', 'HTTP/1.1 503 X\r\ncontent-length: 9\r\n\r\nhalf', 503, 'half'],
  ])('%s', async (title, text, status, body) => {
    const edgeCase = { title, asked: write(text, 'fin'), outcome: 'unknown', seen: 1 } as const;
    expect((await run(edgeCase)).answer).toMatchObject({
      outcome: 'unknown',
      status,
      body,
    });
  });
});

describe('a complete answer without proof is unknown', () => {
  it.each(ANSWERED_WITHOUT_PROOF)('$title', async (edgeCase) => {
    const { answer, heads } = await run(edgeCase);
    expect(answer).toMatchObject({ outcome: 'unknown', numbers: [] });
    expect(answer.body).not.toBeNull();
    expect(heads).toBe(1);
  });
});

describe('a complete answer with proof is read', () => {
  it.each(ANSWERED_WITH_PROOF)('$title', async (edgeCase) => {
    const { answer, heads } = await run(edgeCase);
    expect(answer).toMatchObject({ outcome: 'filled', numbers: SEED_NUMBERS, body: null });
    expect(heads).toBe(1);
  });
});
