import { withFullStop } from '../../../english.ts';
import { type AccountState, UNKNOWN_IN_A_ROW, UNKNOWN_OF_FIFTY } from '../../../ledger/index.ts';
import { stateWords, type Threshold, thresholdWords } from '../../../limits/index.ts';
import type { ObservedAccount } from '../../../obstacles/index.ts';
import { type ActionForm, act, OPTIONAL_REASON, type RefusedForm } from '../components/act.ts';
import { accountAnchor, accountUrl, modeTag } from '../components/mode.ts';
import { fault, note } from '../components/note.ts';
import { count, counted, onTheirWay, pace, stillFinish } from '../components/numbers.ts';
import { OBSTACLES, obstacleNote } from '../components/obstacles.ts';
import { pageText } from '../components/page-text.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';

export function accountCard(
  visit: Visit,
  account: ObservedAccount,
  refused: RefusedForm | undefined,
): Html {
  const { name, mode } = account;
  const url = accountUrl(name);
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
  if (obstacle) return html`<span class="pill hold">${OBSTACLES[obstacle.kind].state}</span>`;
  if (inFlight > 0) return html`<span class="pill run">${onTheirWay(inFlight)}</span>`;
  return html`<span class="pill wait">Nothing on its way</span>`;
}

type Form = Pick<ActionForm, 'to' | 'who' | 'refused'>;

function pause({ name, inFlight }: AccountState, form: Form): Html {
  return act({
    ...form,
    id: `pause-${accountAnchor(name)}`,
    to: `${form.to}/pause`,
    opens: 'Pause…',
    says: html`Stops every plan on ${name}. ${stillFinish(inFlight)}`,
    reason: OPTIONAL_REASON,
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

/** The last answers of an account, and how far its breaker is from a pause. */
function breaker({ recent, unknown, hasAnswers, pausedReason }: AccountState): Html {
  const unknowns = recent.replaceAll('.', '').length;
  const inARow = recent.length - recent.replace(/u+$/, '').length;
  const isPaused = pausedReason !== null;
  const toSettle =
    unknown > 0
      ? html`<a class="c-unknown" href="/unknown">${counted(unknown, 'order')}</a>`
      : html`<span class="zero">${count(0)}</span>`;
  return html`<h3>Last 50 answers <span class="muted small">from the first unknown one on, newest on
        the right</span></h3>
      ${hasAnswers ? strip(recent, unknowns, inARow) : NO_ANSWERS}
      <dl class="kv">
        <dt>Unknown in a row</dt>
        <dd>${pips(inARow, UNKNOWN_IN_A_ROW)} ${inARow} of
          ${UNKNOWN_IN_A_ROW}${isPaused ? '. It is paused' : ', then it pauses'}</dd>
        <dt>Unknown in the last 50</dt>
        <dd>${pips(unknowns, UNKNOWN_OF_FIFTY)}
          ${unknowns}${!isPaused && `, pauses above ${UNKNOWN_OF_FIFTY}`}</dd>
        <dt>To be settled</dt>
        <dd>${toSettle}</dd>
      </dl>`;
}

const NO_ANSWERS = html`<p class="muted">No answers yet. They appear here when a plan runs.</p>`;

function strip(recent: string, unknowns: number, inARow: number): Html {
  if (recent === '') return html`<p class="muted">None of the latest answers was unclear.</p>`;
  const label =
    `Last ${recent.length} answers: ${unknowns} unknown, ` +
    `${inARow} of them in a row at the end.`;
  const bars = [...recent].map((each) => html`<i${each === 'u' && html` class="u"`}></i>`);
  return html`<div class="strip" role="img" aria-label="${label}">${bars}</div>
      <p class="legend small"><span><i class="key bought"></i>a clear answer</span>
        <span><i class="key unknown"></i>unknown</span></p>`;
}

function pips(on: number, of: number): Html {
  const each = Array.from({ length: of }, (_, at) => html`<i${at < on && html` class="on"`}></i>`);
  return html`<span class="pips" aria-hidden="true">${each}</span>`;
}

const SLIDER_MAX = 20;

function paceForm(
  account: AccountState,
  url: string,
  refused: RefusedForm | undefined,
  maySet: boolean,
): Html {
  const { name, rate } = account;
  const key = accountAnchor(name);
  const mine = refused?.form === `pace-${key}` ? refused : undefined;
  const max = Math.max(SLIDER_MAX, rate ?? 0);
  const words = html`<h3>Pace</h3>
      <p data-part="pace-${key}">${paceWords(account)}</p>`;
  if (!maySet) return words;
  return html`${words}
      <form class="stack" id="pace-${key}" method="post" action="${url}/pace">
        ${fault(mine?.fault)}
        <div class="slide">
          <input type="range" min="0.5" max="${max}" step="0.5" value="${rate ?? max}"
            aria-label="Pace of ${name}, orders a second" data-sets="rate-${key}">
          <label><span class="sr">Pace of ${name}, typed</span><input type="number"
            id="rate-${key}" name="rate" min="0.01" max="1000" step="0.01"
            value="${mine?.typed.rate ?? rate ?? ''}" required></label>
          <button class="btn" aria-label="Set the pace of ${name}">Set</button>
        </div>
        <p class="muted small">Takes effect in all workers within a second. Nothing restarts.</p>
      </form>`;
}

function paceWords({ rate, workers }: AccountState): Html {
  const set =
    rate === null
      ? html`<b>No pace set</b>: as fast as possible.`
      : html`Set to <b>${pace(rate)}</b> orders a second, never more than that in any second.`;
  return html`${set} ${counted(workers.length, 'worker')} at work.`;
}
