import { ASSETS } from './assets.ts';
import { type Mode, modeStrip } from './components/mode.ts';
import { count } from './components/numbers.ts';
import { clock } from './components/times.ts';
import { type Html, html } from './html.ts';

/** What every page knows of the moment it is made for. */
export type Visit = {
  /** Where the page can be asked for again; null for an answer to a form, which cannot. */
  url: string | null;
  /** Who is signed in, or at the machine: filled into forms, to be changed. */
  who: string;
  now: Date;
  /** Orders that need a person, shown beside the link to them. */
  unknownOrders: number;
};

type Section = 'plans' | 'new' | 'unknown' | 'accounts' | null;

type Page = {
  title: string;
  section: Section;
  /** On a page on which everything belongs to one account: which one. */
  account?: { name: string; mode: Mode } | undefined;
  /** Kept up to date by the script, by these events if there are any, else by asking now and then. */
  live?: { events: string | null } | undefined;
  content: Html;
};

const NAVIGATION = [
  ['plans', '/', 'Plans'],
  ['new', '/plans/new', 'New plan'],
  ['unknown', '/unknown', 'Unknown'],
  ['accounts', '/accounts', 'Accounts'],
] as const;

/** The frame of every page, as the text that is sent. */
export function layout(visit: Visit, page: Page): string {
  const { title, section, account, content } = page;
  const live = visit.url === null ? undefined : page.live;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · bulk-order</title>
<link rel="icon" href="/favicon.ico">
<link rel="stylesheet" href="${ASSETS}base.css">
<link rel="stylesheet" href="${ASSETS}parts.css">
<link rel="stylesheet" href="${ASSETS}narrow.css">
<script type="module" src="${ASSETS}app.js"></script>
</head>
<body${live && html` data-live${live.events && html` data-events="${live.events}"`}`}>
<a class="skip" href="#main">Skip to the content</a>
<svg class="defs" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-a" width="6" height="6"/><rect class="hatch-b" width="3" height="6"/></pattern></defs></svg>
<header class="top">
  <div class="wrap">
    <a class="brand" href="/">${LOGO}bulk-order</a>
    <nav aria-label="Main">${NAVIGATION.map((entry) => navigation(entry, section, visit))}</nav>
    ${live && html`<span class="conn still" id="conn"><span>As of ${clock(visit.now)}. <a href="${visit.url}">Reload</a></span></span>`}
  </div>
</header>
${account && modeStrip(account)}
<main id="main" class="wrap" tabindex="-1">
${content}
</main>
<p class="sr" role="status" id="spoken"></p>
</body>
</html>
`.text;
}

const LOGO = html`<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><rect x="1" y="2" width="10" height="3" rx="1"/><rect x="1" y="7.5" width="16" height="3" rx="1"/><rect x="1" y="13" width="6" height="3" rx="1"/></svg>`;

function navigation(
  [name, href, words]: (typeof NAVIGATION)[number],
  section: Section,
  { unknownOrders }: Visit,
): Html {
  const badge =
    name === 'unknown' &&
    html` <span data-part="badge">${unknownOrders > 0 && html`<span class="badge">${count(unknownOrders)}<span class="sr"> orders</span></span>`}</span>`;
  return html`<a href="${href}"${name !== null && name === section && html` aria-current="page"`}>${words}${badge}</a>`;
}
