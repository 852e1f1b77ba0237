import type { AccountState } from '../../../ledger/index.ts';
import { stateWords, type Threshold, thresholdWords } from '../../../limits/index.ts';
import type { ObservedAccount } from '../../../obstacles/index.ts';
import { type ActionForm, act, REASON, type RefusedForm } from '../components/act.ts';
import { accountAnchor, modeTag } from '../components/mode.ts';
import { note } from '../components/note.ts';
import { counted, onTheirWay } from '../components/numbers.ts';
import { OBSTACLE_STATES, obstacleNote } from '../components/obstacles.ts';
import { pageText, withFullStop } from '../components/page-text.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';
import { breaker } from './breaker.ts';
import { paceForm } from './pace-form.ts';

/** An account: its pace and its breaker, with buttons that pause and resume all of it. */
export function accountCard(
  visit: Visit,
  account: ObservedAccount,
  refused: RefusedForm | undefined,
): Html {
  const { name, mode } = account;
  const url = `/accounts/${encodeURIComponent(name)}`;
  const key = accountAnchor(name);
  const form = { to: url, who: visit.who, refused };
  const press = account.pausedReason === null ? pause : resume;
  return html`<section class="card" id="${key}" aria-labelledby="account-${key}">
  <header>
    <div class="row">
      <h2 id="account-${key}"><a class="title" href="${url}">${name}</a></h2>
      ${modeTag(mode)}<span data-part="state-${key}">${pill(account)}</span>
    </div>
    <div class="row" data-part="actions-${key}">
      ${visit.may.admin && press(account, form)}
    </div>
  </header>
  <div data-part="notices-${key}">${why(account, visit.now)}</div>
  <div class="acct">
    <div>${paceForm(account, url, refused, visit.may.admin)}${limitList(account)}
      ${account.approval && thresholdLine(account.approval)}</div>
    <div data-part="breaker-${key}">${breaker(account)}</div>
  </div>
</section>`;
}

function limitList({ name, limits, prices }: ObservedAccount): Html | null {
  if (limits.length === 0) return null;
  const each = limits.map((limit) => html`<li>${stateWords(limit, prices?.currency ?? '')}</li>`);
  return html`<div data-part="limits-${accountAnchor(name)}" class="small">
      <p>Limits</p><ul class="bullets">${each}</ul></div>`;
}

const thresholdLine = (threshold: Threshold): Html =>
  html`<p class="small">Above ${thresholdWords(threshold)}, a purchase waits for another person's
    approval.</p>`;

function pill({ pausedReason, inFlight, obstacles }: ObservedAccount): Html {
  const [obstacle] = obstacles;
  if (pausedReason !== null) return html`<span class="pill hold">Paused</span>`;
  if (obstacle) return html`<span class="pill hold">${OBSTACLE_STATES[obstacle.kind]}</span>`;
  if (inFlight > 0) return html`<span class="pill run">${onTheirWay(inFlight)}</span>`;
  return html`<span class="pill wait">Nothing on its way</span>`;
}

type Form = Pick<ActionForm, 'to' | 'who' | 'refused'>;

function pause({ name, inFlight }: AccountState, form: Form): Html {
  const rest =
    inFlight > 0 ? `${onTheirWay(inFlight)} will still finish.` : 'No order is on its way.';
  return act({
    ...form,
    id: `pause-${accountAnchor(name)}`,
    to: `${form.to}/pause`,
    opens: 'Pause…',
    says: html`Stops every plan on ${name}. ${rest}`,
    reason: REASON,
    button: `Pause ${name}`,
  });
}

function resume({ name, unknown, pauseId }: AccountState, form: Form): Html {
  const risk =
    unknown > 0
      ? html`After its own pause, ${name} tries one order alone. If that one becomes unknown,
          ${name} pauses itself again.`
      : html`Every running plan on ${name} continues.`;
  return act({
    ...form,
    id: `resume-${accountAnchor(name)}`,
    to: `${form.to}/resume`,
    opens: 'Resume…',
    says: risk,
    reason: { label: 'Why is it safe now?' },
    button: `Resume ${name}`,
    hidden: { pauseId: pauseId ?? '' },
  });
}

function why(account: ObservedAccount, now: Date): Html | null {
  const { name, pausedReason, unknown, obstacles } = account;
  const notice =
    pausedReason === null
      ? obstacleNote(name, obstacles, now)
      : pausedNote(name, pausedReason, unknown);
  return notice && html`<div class="body">${notice}</div>`;
}

function pausedNote(name: string, reason: string, unknown: number): Html {
  const says = html`<b>${name} is paused.</b> ${withFullStop(pageText(reason))}`;
  if (unknown === 0) return note('warn', says);
  const orders = counted(unknown, 'unknown order');
  return note('warn hatched', says, html`<a class="btn" href="/unknown">Settle ${orders}</a>`);
}
