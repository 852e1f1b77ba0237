import { type AccountState, UNKNOWN_IN_A_ROW, UNKNOWN_OF_FIFTY } from '../../../ledger/index.ts';
import type { Obstacle } from '../../../obstacles/index.ts';
import { act, type Refused } from '../components/act.ts';
import { accountAnchor, modeTag } from '../components/mode.ts';
import { fault, note } from '../components/note.ts';
import { count, counted, pace } from '../components/numbers.ts';
import { OBSTACLE_STATES, obstacleNote } from '../components/obstacles.ts';
import { sentence, withoutCodes } from '../components/told.ts';
import { type Html, html } from '../html.ts';
import type { Visit } from '../layout.ts';

export type StandingAccount = AccountState & { obstacles: Obstacle[] };

/** An account: its pace and the breaker, and how to stop and start all of it. */
export function accountCard(
  visit: Visit,
  account: StandingAccount,
  refused: Refused | undefined,
): Html {
  const { name, mode } = account;
  const url = `/accounts/${encodeURIComponent(name)}`;
  const key = accountAnchor(name);
  return html`<section class="card" id="${key}" aria-labelledby="account-${key}">
  <header><div class="row"><h2 id="account-${key}"><a class="title" href="${url}">${name}</a></h2>${modeTag(mode)}<span data-part="state-${key}">${pill(account)}</span></div>
    <div class="row" data-part="actions-${key}">${actions(visit, account, url, refused)}</div></header>
  <div data-part="notices-${key}">${why(account, visit.now)}</div>
  <div class="acct">
    <div>${paceForm(account, url, refused)}</div>
    <div data-part="breaker-${key}">${breaker(account)}</div>
  </div>
</section>`;
}

function pill({ pausedReason, inFlight, obstacles }: StandingAccount): Html {
  if (pausedReason !== null) return html`<span class="pill hold">Paused</span>`;
  const [obstacle] = obstacles;
  if (obstacle) return html`<span class="pill hold">${OBSTACLE_STATES[obstacle.kind]}</span>`;
  if (inFlight > 0)
    return html`<span class="pill run">${counted(inFlight, 'order')} on ${inFlight === 1 ? 'its' : 'their'} way</span>`;
  return html`<span class="pill wait">Nothing on its way</span>`;
}

function actions(
  { who }: Visit,
  { name, pausedReason, inFlight, unknown }: AccountState,
  url: string,
  refused: Refused | undefined,
): Html {
  if (pausedReason === null) {
    return act({
      id: `pause-${accountAnchor(name)}`,
      to: `${url}/pause`,
      opens: 'Pause…',
      says: html`Stops every plan on ${name}. ${inFlight > 0 ? `${counted(inFlight, 'order')} already on ${inFlight === 1 ? 'its' : 'their'} way will finish.` : 'No order is on its way.'}`,
      who,
      reason: { label: 'Reason', hint: 'Shown to everyone here' },
      button: `Pause ${name}`,
      tone: 'primary',
      refused,
    });
  }
  const risk =
    unknown > 0
      ? html`If the vendor is still not answering, up to ${UNKNOWN_IN_A_ROW} more orders become unknown before ${name} pauses itself again.`
      : html`Every running plan on ${name} goes on.`;
  return act({
    id: `resume-${accountAnchor(name)}`,
    to: `${url}/resume`,
    opens: 'Resume…',
    says: risk,
    who,
    reason: { label: 'Why is it safe now?' },
    button: `Resume ${name}`,
    tone: 'primary',
    refused,
  });
}

/** Why nothing is sent, and what to do first. */
function why(account: StandingAccount, now: Date): Html | null {
  const { name, pausedReason, unknown, obstacles } = account;
  const inBody = (notice: Html) => html`<div class="body">${notice}</div>`;
  if (pausedReason !== null) {
    const tone = unknown > 0 ? 'warn hatched' : 'warn';
    const says = html`<b>${name} is paused.</b> ${sentence(withoutCodes(pausedReason))} Nothing is lost.`;
    const first =
      unknown > 0
        ? html`<a class="btn" href="/unknown">Settle ${counted(unknown, 'unknown order')}</a>`
        : null;
    return inBody(note(tone, says, first));
  }
  const stopped = obstacleNote(name, obstacles, now);
  return stopped && inBody(stopped);
}

const SLIDER_MAX = 20;

/** The slider is the script's: it sets the number, which is what is sent. */
function paceForm(
  { name, rate, dailyNumbers, workers }: AccountState,
  url: string,
  refused: Refused | undefined,
): Html {
  const key = accountAnchor(name);
  const mine = refused?.form === `pace-${key}` ? refused : undefined;
  const shown = mine?.typed.rate ?? rate ?? '';
  const max = Math.max(SLIDER_MAX, rate ?? 0);
  const set =
    rate === null
      ? html`<b>No pace set</b>: as fast as it goes.`
      : html`Set to <b>${pace(rate)}</b> orders a second, never more than that in any second.`;
  return html`<h3>Pace</h3><p data-part="pace-${key}">${set}${dailyNumbers !== null && ` At most ${counted(dailyNumbers, 'number')} a day.`} ${counted(workers.length, 'worker')} at work.</p>
      <form class="stack pace-form" id="pace-${key}" method="post" action="${url}/pace">
        ${fault(mine?.fault)}
        <div class="slide"><input type="range" min="0.5" max="${max}" step="0.5" value="${rate ?? max}" aria-label="Pace of ${name}, orders a second" data-sets="rate-${key}"><label><span class="sr">Pace of ${name}, typed</span><input type="number" id="rate-${key}" name="rate" min="0.01" max="1000" step="0.01" value="${shown}" required></label><button class="btn" aria-label="Set the pace of ${name}">Set</button></div>
        <p class="muted small">Takes effect in all workers within 2 seconds. Nothing restarts.</p>
      </form>`;
}

/** What lies between the account and a pause of its own making. */
function breaker({ recent, unknown, hasAnswers, pausedReason }: AccountState): Html {
  const ofFifty = recent.replaceAll('.', '').length;
  const inARow = recent.length - recent.replace(/u+$/, '').length;
  const strip = !hasAnswers
    ? html`<p class="muted">No answers yet. They appear here when a plan runs.</p>`
    : recent === ''
      ? html`<p class="muted">None of the last 50 answers was unclear.</p>`
      : html`<div class="strip" role="img" aria-label="Last ${recent.length} answers: ${ofFifty} unknown, ${inARow} of them in a row at the end.">${[...recent].map((each) => html`<i${each === 'u' && html` class="u"`}></i>`)}</div><p class="legend small"><span><i class="key bought"></i>a clear answer</span><span><i class="key unknown"></i>unknown</span></p>`;
  const pips = (on: number, of: number) =>
    html`<span class="pips" aria-hidden="true">${Array.from({ length: of }, (_, at) => html`<i${at < on && html` class="on"`}></i>`)}</span>`;
  return html`<h3>Last 50 answers <span class="muted small">newest on the right</span></h3>${strip}
      <dl class="kv"><dt>Unknown in a row</dt><dd>${pips(inARow, UNKNOWN_IN_A_ROW)} ${inARow} of ${UNKNOWN_IN_A_ROW}${pausedReason === null ? ', then it pauses' : '. It is paused'}</dd><dt>Unknown in the last 50</dt><dd>${pips(ofFifty, UNKNOWN_OF_FIFTY)} ${ofFifty}${pausedReason === null && `, pauses above ${UNKNOWN_OF_FIFTY}`}</dd><dt>To be settled</dt><dd>${unknown > 0 ? html`<a class="c-unknown" href="/unknown">${counted(unknown, 'order')}</a>` : html`<span class="zero">${count(0)}</span>`}</dd></dl>`;
}
