import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { OutboxMessage } from '../../src/ledger/index.ts';
import { sendMessage } from '../../src/webhook/send.ts';
import { httpHere } from '../support/http-here.ts';

const NOTICE = {
  id: 7,
  at: new Date('2026-11-26T12:00:00Z'),
  event: 'account_paused',
  account: 'main',
  mode: 'live',
  plan: null,
  facts: { reason: 'The vendor does not accept the keys' },
} as unknown as OutboxMessage;

/** Sends a message with this secret, and returns what arrived. */
async function told(secret: string) {
  const heard = Promise.withResolvers<{ headers: Record<string, string>; body: string }>();
  const { url } = await httpHere(async (request, response) => {
    heard.resolve({
      headers: request.headers as Record<string, string>,
      body: await text(request),
    });
    response.writeHead(204).end();
  });
  expect(await sendMessage({ url, secret }, NOTICE, new AbortController().signal)).toBeNull();
  return heard.promise;
}

const OWN_FORM = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`;

test.each([
  ['of the form whsec_', OWN_FORM, new Webhook(OWN_FORM)],
  [
    'of any other form, by its bytes',
    'a secret of our own',
    new Webhook('a secret of our own', { format: 'raw' }),
  ],
])('a message is checked by the public library with a secret %s', async (_, secret, webhook) => {
  const { headers, body } = await told(secret);
  expect(webhook.verify(body, headers)).toMatchObject({ event: 'account_paused' });
  expect(() => webhook.verify(body.replace('paused', 'raised'), headers)).toThrow();
});
