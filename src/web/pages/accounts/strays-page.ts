import type { Account, Stray } from '../../../ledger/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { nameField, reasonField } from '../components/fields.ts';
import { emptyCard, flash, note } from '../components/note.ts';
import { numberPicks, overruling } from '../components/number-picks.ts';
import { count, counted, phone } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';

export type StraysShown = {
  account: Account;
  strays: Stray[];
  /** A form was accepted just now. */
  isSaid: boolean;
  refused?: RefusedForm | undefined;
};

export type Way = 'foreign' | 'not-foreign';

/** As many as fit into a form. */
const SHOWN = 2_000;

/** `/accounts/NAME/strays`: what no order has, and which of it was bought outside this program. */
export function straysPage(visit: Visit, shown: StraysShown): string {
  const { account, strays, isSaid, refused } = shown;
  const { name } = account;
  const url = `/accounts/${encodeURIComponent(name)}`;
  const content = html`<div class="head"><div>
  <p class="crumb"><a href="/accounts">Accounts</a> / <a href="${url}">${name}</a></p>
  <h1>Numbers that no order has</h1>
  <p>The newest list of the account has these. They came, or came back, since something was first
    bought from here. An order may have bought them, or somebody else did.</p>
</div></div>
${flash(isSaid ? SAID : null)}
${refused && !refused.objections && note('bad', html`${refused.fault}`)}
${strays.length === 0 && NONE}
${wayForm(visit, shown, 'foreign')}
${wayForm(visit, shown, 'not-foreign')}`;
  const title = `Numbers that no order has, ${name}`;
  return layout(visit, { title, section: 'accounts', account, content });
}

const SAID = html`<b>This is kept.</b> The events of the account have it.`;
const NONE = emptyCard(
  'There are none',
  html`Every number that has come to the account since something was first bought from here belongs
    to an order here.`,
);

type WayWords = {
  title: string;
  says: string;
  reason: { label: string; hint?: string };
  button: string;
  tone: string;
};

const WAYS: Record<Way, WayWords> = {
  foreign: {
    title: 'Not explained',
    says: `Tick those that were bought outside this program, by hand for instance. After a restore
      no waiting order is suspected of having bought them any more. If one did, it is sent again,
      and you pay twice. Unknown orders stay unknown: settle each of them.`,
    reason: { label: 'How do you know it?', hint: 'Who bought them, or where you looked' },
    button: 'They were bought outside this program',
    tone: 'danger',
  },
  'not-foreign': {
    title: 'Bought outside this program',
    says: 'Tick the numbers for which this is a mistake.',
    reason: { label: 'What was wrong?' },
    button: 'Take this back',
    tone: 'primary',
  },
};

/** The numbers of one kind, and the form that makes them the other; null when there are none. */
function wayForm(
  { who, may }: Visit,
  { account, strays, refused }: StraysShown,
  way: Way,
): Html | null {
  const those = strays.filter(({ isForeign }) => isForeign === (way === 'not-foreign'));
  if (those.length === 0) return null;
  const { title, says, reason, button, tone } = WAYS[way];
  const mine = refused?.form === way ? refused : undefined;
  const picked = (mine?.typed.numbers ?? '').split(' ');
  const numbers = those.slice(0, SHOWN).map(({ number }) => number);
  const more = those.length > SHOWN && ` These are the first ${count(SHOWN)}.`;
  const sign = html`<div class="sign">${who !== null && nameField(mine?.typed.by ?? who)}
      ${reasonField({ ...reason, maxLength: 1000 }, mine?.typed.why)}</div>
    <div class="row"><button class="btn ${tone}">${button}</button></div>`;
  return html`<section class="card" aria-labelledby="${way}-h">
  <header><h2 id="${way}-h">${title}</h2>
    <span class="muted small">${counted(those.length, 'number')}</span></header>
  <form class="body stack" method="post"
    action="/accounts/${encodeURIComponent(account.name)}/strays/${way}">
    ${mine?.objections && overruling(mine, 'say it')}
    <p class="muted">${says}${more}</p>
    ${may.submit ? html`${numberPicks(numbers, picked)}${sign}` : plainList(those)}
  </form>
</section>`;
}

const plainList = (strays: Stray[]): Html =>
  html`<p>${strays.map(({ number }) => phone(number)).join(', ')}</p>`;
