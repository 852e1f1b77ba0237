import { type Html, html } from '../html.ts';

export type Mode = 'sandbox' | 'live';

/** Live is solid with a dot, sandbox is dashed: word, shape and colour all differ. */
export function modeTag(mode: Mode, isQuiet = false): Html {
  const tone = isQuiet && mode === 'live' ? ' quiet' : '';
  return html`<span class="tag ${mode}${tone}">${mode === 'live' ? 'LIVE' : 'SANDBOX'}</span>`;
}

/** Heads a page on which everything belongs to one account. */
export function modeStrip(account: { name: string; mode: Mode }): Html {
  const says =
    account.mode === 'live'
      ? html`Account <b>${account.name}</b>. Orders here buy real numbers and cost money.`
      : html`Account <b>${account.name}</b>. Nothing here is real.
          No number is bought and nothing costs money.`;
  return html`<aside class="mode ${account.mode}" aria-label="Account in use">
  <div class="wrap">${modeTag(account.mode)}<span>${says}</span></div>
</aside>`;
}

export const accountUrl = (name: string) => `/accounts/${encodeURIComponent(name)}`;

/** The id of an account's card; a name may hold characters that an id may not. */
export function accountAnchor(name: string): string {
  return name.replace(/[^\w-]/g, '_');
}
