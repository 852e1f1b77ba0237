import type { ShownStray } from '../../../operations/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { nameField, reasonField } from '../components/fields.ts';
import { emptyCard, flash } from '../components/note.ts';
import { numberPicks, overruling } from '../components/number-picks.ts';
import { count, counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';

export type StraysShown = {
  account: string;
  strays: ShownStray[];
  /** A form was accepted just now. */
  isSaid: boolean;
  refused?: RefusedForm | undefined;
};

/** Nobody ticks more than these at once. */
const SHOWN = 200;

/** `/accounts/NAME/strays`: what no order has, and which of it was bought outside this program. */
export function straysPage(visit: Visit, shown: StraysShown): string {
  const { account, strays, isSaid } = shown;
  const url = `/accounts/${encodeURIComponent(account)}`;
  const content = html`<div class="head"><div>
  <p class="crumb"><a href="/accounts">Accounts</a> / <a href="${url}">${account}</a></p>
  <h1>Numbers that no order has</h1>
  <p>The account owns these since something was first bought from here, by the newest list that was
    read. An order may have bought them, or somebody else did.</p>
</div></div>
${flash(isSaid ? SAID : null)}
${strays.length === 0 && NONE}
${way(visit, shown, 'foreign')}
${way(visit, shown, 'notForeign')}`;
  const title = `Numbers that no order has, ${account}`;
  return layout(visit, { title, section: 'accounts', content });
}

const SAID = html`<b>This is kept.</b> Unknown orders are judged anew with the next list.`;
const NONE = emptyCard(
  'Every number is of an order',
  html`Nothing else has come to the account since something was first bought from here.`,
);

const WAYS = {
  foreign: {
    title: 'Not explained',
    says: `Tick those that were bought outside this program, by hand for instance. No unknown order
      counts them from then on. If an order did buy them after all, it may be sent again, and you
      pay twice.`,
    reason: { label: 'How do you know it?', hint: 'Who bought them, or where you looked' },
    button: 'They were bought outside this program',
    tone: 'danger',
  },
  notForeign: {
    title: 'Bought outside this program',
    says: 'Somebody said so. Tick those of which it is not true.',
    reason: { label: 'What was wrong?' },
    button: 'Take this back',
    tone: 'primary',
  },
} as const;

/** The numbers of one kind, and the form that makes them the other; null when there are none. */
function way(
  { who, may }: Visit,
  { account, strays, refused }: StraysShown,
  name: keyof typeof WAYS,
): Html | null {
  const those = strays.filter(({ isForeign }) => isForeign === (name === 'notForeign'));
  if (those.length === 0) return null;
  const { title, says, reason, button, tone } = WAYS[name];
  const mine = refused?.form === name ? refused : undefined;
  const picked = (mine?.typed.numbers ?? '').split(' ');
  const numbers = those.slice(0, SHOWN).map(({ number }) => number);
  const more = those.length > SHOWN && ` These are the first ${count(SHOWN)}.`;
  const sign = html`<div class="sign">${who !== null && nameField(mine?.typed.by ?? who)}
      ${reasonField({ ...reason, maxLength: 1000 }, mine?.typed.why)}</div>
    <div class="row"><button class="btn ${tone}">${button}</button></div>`;
  return html`<section class="card" aria-labelledby="${name}-h">
  <header><h2 id="${name}-h">${title}</h2>
    <span class="muted small">${counted(those.length, 'number')}</span></header>
  <form class="case stack" method="post" action="/accounts/${encodeURIComponent(account)}/strays">
    ${overruling(mine, 'say it')}
    <p class="muted">${says}${more}</p>
    <input type="hidden" name="way" value="${name}">
    ${numberPicks(numbers, picked)}
    ${may.submit && sign}
  </form>
</section>`;
}
