import type { LedgerEvent } from '../../../ledger/index.ts';
import type { ObservedAccount } from '../../../obstacles/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { eventsCard } from '../components/events.ts';
import { accountUrl } from '../components/mode.ts';
import { flash, NO_ACCOUNT } from '../components/note.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { accountCard } from './card.ts';

type AccountsShown = {
  accounts: ObservedAccount[];
  said: Html | null;
  refused?: (RefusedForm & { account: string }) | undefined;
};

const INTRODUCTION = html`Each account has its own keys, queue and pace. Keys are never shown.
  For admins: <a href="/queues">the board</a>.`;

/** `/accounts`: all of them. */
export function accountsPage(visit: Visit, { accounts, said, refused }: AccountsShown): string {
  const cards = accounts.map((account) =>
    accountCard(visit, account, refused?.account === account.name ? refused : undefined),
  );
  const content = html`<div class="head"><div><h1>Accounts</h1><p>${INTRODUCTION}</p></div></div>
${flash(said)}
${cards.length === 0 ? NO_ACCOUNT : cards}`;
  return layout(visit, { title: 'Accounts', section: 'accounts', live: { events: null }, content });
}

type AccountShown = { account: ObservedAccount; events: LedgerEvent[]; earlier: number | null };

/** `/accounts/NAME`: one account and its events. */
export function accountPage(visit: Visit, { account, events, earlier }: AccountShown): string {
  const url = accountUrl(account.name);
  const history = eventsCard({
    title: 'Events',
    events,
    now: visit.now,
    earlier:
      earlier === null
        ? null
        : html`<a class="btn" rel="next" href="${url}?events=${earlier}#events">Earlier events</a>`,
  });
  const content = html`<div class="head"><div>
  <p class="crumb"><a href="/accounts">Accounts</a></p>
  <h1>${account.name}</h1><p>${INTRODUCTION}</p>
</div></div>
${accountCard(visit, account, undefined)}
<p><a href="${url}/strays">Numbers that no order has</a></p>
<p><a href="${url}/lost-plans">Plans that the ledger has lost</a></p>
${history}`;
  return layout(visit, {
    title: account.name,
    section: 'accounts',
    account,
    live: { events: null },
    content,
  });
}
