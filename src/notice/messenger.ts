import { createHmac } from 'node:crypto';
import type { Notice } from '../ledger/index.ts';

export type Messenger = {
  /** Tells it. Why it was not taken, in words without the address; null when it was. Never rejects. */
  tell(notice: Notice, stopped: AbortSignal): Promise<string | null>;
};

/** Longer than this nobody who is well takes to say that he has heard, ms. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Tells notices to a webhook, signed as Standard Webhooks has it (https://www.standardwebhooks.com):
 * HMAC-SHA256, by the secret's key, of the id, the time and the body. Any 2xx is taken for heard; a
 * redirect is not followed.
 */
export function openMessenger({ url, secret }: { url: string; secret: string }): Messenger {
  return {
    async tell(notice, stopped) {
      const { id, body } = letterOf(notice);
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
    },
  };
}

/** Of a secret in Standard Webhooks' own form, what its base64 holds; of any other, its bytes. */
function keyOf(secret: string): Buffer {
  const own = /^whsec_(.*)$/.exec(secret)?.[1];
  return own === undefined ? Buffer.from(secret) : Buffer.from(own, 'base64');
}

/** The same however often it is told: who has heard of the id has heard all of it. */
function letterOf({ id, at, event, account, mode, plan, facts }: Notice) {
  const letter = { event, at, account, mode, ...(plan ? { plan } : {}), ...facts };
  return { id: `notice-${id}`, body: JSON.stringify(letter) };
}

/** An error's own words may have the address in them. */
function codeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? name;
}
