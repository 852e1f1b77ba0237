import type { LedgerEvent } from '../../../ledger/index.ts';
import type { Refused } from '../components/act.ts';
import { eventList } from '../components/events.ts';
import { flash } from '../components/note.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { accountCard, type StandingAccount } from './card.ts';

export type AccountsShown = {
  accounts: StandingAccount[];
  said?: Html | null;
  refused?: (Refused & { account: string }) | undefined;
};

const INTRODUCTION = html`Each account has its own keys, queue and pace. Keys are never shown. For whoever runs the program: <a href="/queues">the queues</a>.`;

/** `/accounts`: all of them. */
export function accountsPage(visit: Visit, { accounts, said, refused }: AccountsShown): string {
  const none = html`<section class="card"><div class="empty"><h2>No accounts yet</h2><p class="muted">The first worker makes one. Start it with <code>bulk-order work</code>.</p></div></section>`;
  const content = html`<div class="head"><div><h1>Accounts</h1><p>${INTRODUCTION}</p></div></div>
${flash(said ?? null)}
${accounts.length === 0 ? none : accounts.map((account) => accountCard(visit, account, refusedFor(refused, account)))}`;
  return layout(visit, { title: 'Accounts', section: 'accounts', live: { events: null }, content });
}

/** `/accounts/NAME`: one, with all that was done to it. */
export function accountPage(
  visit: Visit,
  {
    account,
    events,
    earlier,
    said,
  }: { account: StandingAccount; events: LedgerEvent[]; earlier: number | null; said: Html | null },
): string {
  const url = `/accounts/${encodeURIComponent(account.name)}`;
  const content = html`<div class="head"><div><p class="crumb"><a href="/accounts">Accounts</a></p><h1>${account.name}</h1><p>${INTRODUCTION}</p></div></div>
${flash(said)}
${accountCard(visit, account, undefined)}
<section class="card" aria-labelledby="ev-h" id="events"><header><h2 id="ev-h">Events</h2></header><div data-part="events">${eventList(events, visit.now)}${earlier !== null && html`<div class="foot"><span></span><a class="btn" rel="next" href="${url}?events=${earlier}#events">Earlier events</a></div>`}</div></section>`;
  return layout(visit, {
    title: account.name,
    section: 'accounts',
    account,
    live: { events: null },
    content,
  });
}

function refusedFor(
  refused: AccountsShown['refused'],
  { name }: StandingAccount,
): Refused | undefined {
  return refused?.account === name ? refused : undefined;
}
