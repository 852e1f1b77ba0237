import { checkWebUrl } from './addresses.ts';
import { requireBoth } from './environment.ts';
import type { Variables } from './variables.ts';

/** Where webhooks go, and what signs them; null: none are sent. */
export type WebhookConfig = { url: string; secret: string } | null;

/** Shorter ones can be guessed from their signatures. */
const SHORTEST_SECRET = 16;

/** Adds a fault when only one of the two is set, and for each that is invalid. */
export function webhookConfig(
  { NOTICE_URL: url, NOTICE_SECRET: secret }: Variables,
  faults: string[],
): WebhookConfig {
  const host = checkWebUrl('NOTICE_URL', url, 'webhooks', faults);
  if (host && (host.username || host.password)) {
    faults.push('NOTICE_URL must have no user or password in it: webhooks are signed instead.');
  }
  if (secret !== undefined && secret.length < SHORTEST_SECRET) {
    faults.push(
      `NOTICE_SECRET is too short: it needs ${SHORTEST_SECRET} ` +
        'characters at least. "openssl rand -hex 32" makes one.',
    );
  }
  if (secret?.startsWith('whsec_') && !/^whsec_[A-Za-z0-9+/]{22,}={0,2}$/.test(secret)) {
    faults.push(
      'NOTICE_SECRET begins with whsec_, and base64 of 16 bytes at least ' +
        'must follow. "openssl rand -base64 32" makes one.',
    );
  }
  if (url !== undefined && secret !== undefined) return Object.freeze({ url, secret });
  requireBoth({ NOTICE_URL: url, NOTICE_SECRET: secret }, faults);
  return null;
}
