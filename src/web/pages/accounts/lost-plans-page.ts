import { type Account, type LostPlan, shownFile } from '../../../ledger/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { hidden, nameField, reasonField } from '../components/fields.ts';
import { emptyCard, flash, note } from '../components/note.ts';
import { overruling } from '../components/number-picks.ts';
import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';

export type LostPlansShown = {
  account: Account;
  lost: LostPlan[];
  /** A form was accepted just now. */
  isSaid: boolean;
  refused?: RefusedForm | undefined;
};

/** `/accounts/NAME/lost-plans`: what the ledger has lost, and what other plans still wait for. */
export function lostPlansPage(visit: Visit, shown: LostPlansShown): string {
  const { account, lost, isSaid, refused } = shown;
  const { name } = account;
  const url = `/accounts/${encodeURIComponent(name)}`;
  const byFile = [...Map.groupBy(lost, ({ file }) => file)];
  const isShown = byFile.some(([file]) => file === refused?.form);
  const content = html`<div class="head"><div>
  <p class="crumb"><a href="/accounts">Accounts</a> / <a href="${url}">${name}</a></p>
  <h1>Plans that the ledger has lost</h1>
  <p>These were sent before the ledger was put back. Submit the file of a lost plan again, unless it
    is gone: what was sent of it is not bought again. It may have been the remainder of an older
    plan. So older plans that may ask for the same wait until you dismiss it.</p>
</div></div>
${flash(isSaid ? SAID : null)}
${refused && !isShown && note('bad', html`${refused.fault}`)}
${lost.length === 0 && NONE}
${byFile.map(([file, plans]) => fileCard(visit, shown, file, plans))}`;
  const title = `Plans that the ledger has lost, ${name}`;
  return layout(visit, { title, section: 'accounts', account, content });
}

const SAID = html`<b>It is dismissed.</b> Resume each plan that has paused for it.`;
const NONE = emptyCard('There are none', html`The ledger has lost no plan that others wait for.`);

function fileCard(
  { who, may }: Visit,
  { account, refused }: LostPlansShown,
  file: string,
  plans: LostPlan[],
): Html {
  const mine = refused?.form === file ? refused : undefined;
  const isOpen = plans.some(({ isDismissed }) => !isDismissed);
  const form = html`<p class="muted">Cancel first the plans whose remainder it was. If you dismiss a
      plan that asked for the same as another one, both buy it, and you pay twice.</p>
    ${hidden('file', file)}
    <div class="sign">${who !== null && nameField(mine?.typed.by ?? who)}
      ${reasonField(REASON, mine?.typed.why)}</div>
    <div class="row"><button class="btn danger">Dismiss it</button></div>`;
  return html`<section class="card" aria-labelledby="file-${file}">
  <header><h2 id="file-${file}">File ${shownFile(file)}…</h2>
    <span class="muted small">by its SHA-256</span></header>
  <form class="body stack" method="post"
    action="/accounts/${encodeURIComponent(account.name)}/lost-plans/dismiss">
    ${mine && overruling(mine, 'dismiss it')}
    <ul class="bullets">${plans.map((plan) => html`<li>${described(plan)}</li>`)}</ul>
    ${isOpen && may.submit && form}
  </form>
</section>`;
}

const REASON = {
  ...{ label: 'How do you know it?', hint: 'What it asked for, or what became of it' },
  maxLength: 1000,
};

function described({ copy, numbers, sent, planId, isDismissed }: LostPlan): Html {
  const which = copy > 1 ? html`Copy ${copy}` : html`A plan`;
  const asked = numbers === null ? null : html`, for ${counted(numbers, 'number')}`;
  if (planId !== null)
    return html`${which}${asked}: it is back, as <a href="/plans/${planId}">plan ${planId}</a>.
      Older plans may wait for it.`;
  const state = isDismissed ? ' It is dismissed.' : '';
  return html`${which}${asked}: ${counted(sent ?? 0, 'order')} had been sent.${state}`;
}
