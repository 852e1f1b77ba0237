import type { UnknownCounts } from '../../ledger/index.ts';
import { ASSETS } from './assets.ts';
import type { Reader } from './components/approval.ts';
import { type Mode, modeStrip } from './components/mode.ts';
import { count } from './components/numbers.ts';
import { clock } from './components/times.ts';
import { type Html, html } from './html.ts';

export type Visit = {
  /** The address of the page; null for the answer to a form, which cannot be loaded again. */
  url: string | null;
  /** The name that forms begin with; null: they ask for none, since it is known who signed in. */
  who: string | null;
  /** What the visitor may do besides looking: forms for the rest are not shown. */
  may: { submit: boolean; admin: boolean };
  /** Who signed in; null where nobody does, or where all share a password. */
  signedIn: SignedIn | null;
  now: Date;
  unknown: UnknownCounts;
  waitingApprovals: number;
  reader: Reader;
};

type SignedIn = {
  name: string;
  /** For reading; '' for none. */
  roles: string;
  /** On the page to sign in on, so that it can be signed out of. */
  isSession: boolean;
};

/** `sign-in` has no links: they would all lead back to it. */
type Section = 'plans' | 'new' | 'unknown' | 'approvals' | 'accounts' | 'sign-in' | null;

type Page = {
  title: string;
  section: Section;
  account?: { name: string; mode: Mode } | undefined;
  /** The script keeps the page up to date: on these events, or by polling when it has none. */
  live?: { events: string | null } | undefined;
  content: Html;
};

const NAVIGATION = [
  ['plans', '/', 'Plans'],
  ['new', '/plans/new', 'New plan'],
  ['unknown', '/unknown', 'Unknown'],
  ['approvals', '/approvals', 'Approvals'],
  ['accounts', '/accounts', 'Accounts'],
] as const;

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
<link rel="stylesheet" href="${ASSETS}pages.css">
<link rel="stylesheet" href="${ASSETS}narrow.css">
<script type="module" src="${ASSETS}app.js"></script>
</head>
<body${live && html` data-live${live.events && html` data-events="${live.events}"`}`}>
<a class="skip" href="#main">Skip to the content</a>
${HATCH}
<header class="top">
  <div class="wrap">
    <a class="brand" href="/">${LOGO}bulk-order</a>
    ${section !== 'sign-in' && mainNavigation(section, visit)}
    ${live && connection(visit)}${visit.signedIn && whoPart(visit.signedIn)}
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

const LOGO = html`<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
  <rect x="1" y="2" width="10" height="3" rx="1"/><rect x="1" y="7.5" width="16" height="3" rx="1"/>
  <rect x="1" y="13" width="6" height="3" rx="1"/></svg>`;

/** The hatching of what is unknown; bars and charts fill with it by its id. */
const HATCH = html`<svg class="defs" aria-hidden="true"><defs>
  <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"
    patternTransform="rotate(45)">
    <rect class="hatch-a" width="6" height="6"/><rect class="hatch-b" width="3" height="6"/>
  </pattern>
</defs></svg>`;

function mainNavigation(section: Section, visit: Visit): Html {
  const links = NAVIGATION.map((entry) => navigation(entry, section, visit));
  return html`<nav aria-label="Main">${links}</nav>`;
}

function navigation(
  [name, href, words]: (typeof NAVIGATION)[number],
  section: Section,
  { unknown, waitingApprovals, may }: Visit,
): Html | null {
  if (name === 'new' && !may.submit) return null;
  // Few have a threshold, and the others need not wonder what it is.
  if (name === 'approvals' && waitingApprovals === 0 && section !== 'approvals') return null;
  const current = name === section && html` aria-current="page"`;
  const badge =
    name === 'unknown'
      ? html` <span data-part="badge">${badgeOf(unknown.orders, 'orders')}</span>`
      : name === 'approvals' && html` ${badgeOf(waitingApprovals, 'that wait')}`;
  return html`<a href="${href}"${current}>${words}${badge}</a>`;
}

function badgeOf(n: number, what: string): Html | null {
  if (n === 0) return null;
  return html`<span class="badge">${count(n)}<span class="sr"> ${what}</span></span>`;
}

function whoPart({ name, roles, isSession }: SignedIn): Html {
  const out =
    isSession &&
    html`<form method="post" action="/sign-out"><button class="btn">Sign out</button></form>`;
  return html`<div class="person" id="who"><span><b>${name}</b> <span class="muted">${
    roles || 'no role'
  }</span></span>${out}</div>`;
}

/** The script puts into it whether updates arrive; without scripts it stays. */
function connection({ now, url }: Visit): Html {
  const words = html`As of ${clock(now)}. <a href="${url}">Reload</a>`;
  return html`<span class="conn still" id="conn"><span>${words}</span></span>`;
}
