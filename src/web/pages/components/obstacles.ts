import { withFullStop } from '../../../english.ts';
import { missingOf } from '../../../ledger/index.ts';
import type { ObservedPlan, Obstacle } from '../../../obstacles/index.ts';
import { type Html, html } from '../html.ts';
import { accountAnchor } from './mode.ts';
import { note } from './note.ts';
import { pageText } from './page-text.ts';
import { exact } from './times.ts';

type Kind = Obstacle['kind'];

/** The state of a plan that this stops; and how it ends, after words such as `stopped`. */
export const OBSTACLES: Record<Kind, { state: string; end: string }> = {
  account_paused: { state: 'Account paused', end: 'until its account is resumed' },
  queue_paused: { state: 'Queue paused', end: 'until the queue is resumed' },
  queue_away: { state: 'Queue does not answer', end: 'until the queue answers' },
  no_worker: { state: 'No worker', end: 'no worker is running' },
  vendor_away: { state: 'Vendor unreachable', end: 'until the vendor can be reached' },
  limit: { state: 'Limit reached', end: 'until its limit leaves room' },
  comparing: { state: 'Comparing', end: 'until the ledger is compared' },
  throttled: { state: 'Waiting for the vendor', end: 'until the vendor lets us continue' },
  clock_set: { state: 'Clock was set', end: 'until the queue is built again' },
};

/** The most serious obstacle with what to do about it, then the names of the others. */
export function obstacleNote(account: string, obstacles: Obstacle[], now: Date): Html | null {
  const [first, ...others] = obstacles;
  if (!first) return null;
  const rest = others.map(({ kind }) => OBSTACLES[kind].state.toLowerCase());
  const also = rest.length > 0 && html` Other obstacles: ${rest.join(', ')}.`;
  const tone = ['throttled', 'limit', 'comparing'].includes(first.kind) ? 'plain' : 'warn';
  return note(tone, html`${saying(account, first, now)}${also}`, action(account, first.kind));
}

function saying(account: string, { kind, words, cause, until }: Obstacle, now: Date): Html {
  const end = until && html` It continues ${exact(until, now)}.`;
  switch (kind) {
    case 'account_paused':
      return html`<b>Account ${account} is paused.</b>
        ${withFullStop(pageText(cause ?? ''))} ${WAITS}`;
    case 'queue_paused':
      return html`<b>The queue of ${account} is paused.</b> Someone paused it on its board; the
        account's events say who. An admin resumes it there: <b>Resume</b>, in the menu of the
        queue. A board that is only looked at has no menu until an operator sets
        <code>BOARD_CONTROLS=true</code>. ${WAITS}`;
    case 'queue_away':
      return html`<b>The queue of ${account} does not answer.</b>
        Nothing new is sent until it answers again. Nothing is lost.`;
    case 'no_worker':
      return html`<b>No worker is running for ${account}, so nothing is sent.</b>
        Start one with <code>bulk-order work</code>.`;
    case 'vendor_away':
      return html`<b>The vendor cannot be reached.</b>
        ${pageText(cause ?? '')} We keep trying.`;
    case 'throttled':
      return html`<b>The vendor asked us to slow down.</b>${end} Nothing is lost.`;
    case 'limit':
    case 'comparing':
      return html`<b>${account} rests.</b> ${pageText(words)} Nothing is lost.`;
    case 'clock_set':
      return html`<b>${words}</b> It continues by itself.`;
  }
}

const WAITS = 'Nothing new is sent. Nothing is lost.';

function action(account: string, kind: Kind): Html | null {
  if (kind === 'account_paused')
    return html`<a class="btn" href="/accounts#${accountAnchor(account)}">See why</a>`;
  if (kind === 'queue_paused') return html`<a class="btn" href="/queues">Open the board</a>`;
  return null;
}

type Pill = readonly [tone: string, words: string];

export function planPill(plan: ObservedPlan): Html {
  const [tone, words] = pillOf(plan);
  return html`<span class="pill ${tone}">${words}</span>`;
}

export function stateWords(plan: ObservedPlan): string {
  return pillOf(plan)[1];
}

function pillOf(plan: ObservedPlan): Pill {
  switch (plan.state) {
    case 'ready':
      return ['wait', 'Ready to start'];
    case 'running':
      if (plan.isMoving) return ['run', 'Running'];
      return ['hold', OBSTACLES[plan.obstacles[0]?.kind ?? 'account_paused'].state];
    case 'standing':
      return ['wait', plan.pending > 0 ? 'Trying again' : 'Standing'];
    case 'paused':
      return ['hold', 'Paused'];
    case 'cancelled':
      return ['off', plan.isCancelling ? 'Cancelling' : 'Cancelled'];
    case 'finished':
      if (plan.unknown > 0) return ['ask', 'Some unknown'];
      return missingOf(plan) > 0 ? ['some', 'Finished, some missing'] : ['done', 'All bought'];
  }
}
