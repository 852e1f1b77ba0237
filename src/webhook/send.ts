import { createHmac } from 'node:crypto';
import type { OutboxMessage } from '../ledger/index.ts';

export type Webhook = { url: string; secret: string };

/** A healthy receiver answers within this, ms. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Sends a message to a webhook, signed as https://www.standardwebhooks.com specifies: HMAC-SHA256
 * of the id, the time and the body. Any 2xx accepts the message; redirects are not followed.
 * Returns why it was not accepted, without the address; null: it was. Never rejects.
 */
export async function sendMessage(
  { url, secret }: Webhook,
  message: OutboxMessage,
  stopped: AbortSignal,
): Promise<string | null> {
  const { id, body } = payloadOf(message);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', keyOf(secret))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
      body,
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), stopped]),
    });
    await response.body?.cancel();
    return response.ok ? null : `it answered with status ${response.status}`;
  } catch (error) {
    return `it cannot be reached (${codeOf(error)})`;
  }
}

/** The key of a secret: `whsec_` and base64 as Standard Webhooks has it, else its bytes. */
function keyOf(secret: string): Buffer {
  const own = /^whsec_(.*)$/.exec(secret)?.[1];
  return own === undefined ? Buffer.from(secret) : Buffer.from(own, 'base64');
}

/** The same at every try, so a receiver may skip an id that it knows. */
function payloadOf({ id, at, event, account, mode, plan, facts }: OutboxMessage) {
  const payload = { event, at, account, mode, ...(plan ? { plan } : {}), ...facts };
  return { id: `notice-${id}`, body: JSON.stringify(payload) };
}

/** Not the error's message: that may hold the address. */
function codeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? name;
}
