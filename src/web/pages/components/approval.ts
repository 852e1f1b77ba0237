import { type Approval, isOwnOf, nameOf, shownOfApproval } from '../../../ledger/index.ts';
import { moneyWords, sumWords, unpricedWords } from '../../../prices/index.ts';
import { seenOf } from '../../../seen.ts';
import { type Html, html } from '../html.ts';
import { act, REASON, type RefusedForm } from './act.ts';
import { modeTag } from './mode.ts';
import { note } from './note.ts';
import { count, counted } from './numbers.ts';
import { exact, moment } from './times.ts';

export type Reader = {
  /** Has the role and a name of their own, and is no token. */
  mayAnswer: boolean;
  /** As the events have them. */
  name: string;
};

export function approvalCard(
  approval: Approval,
  { reader, now }: { reader: Reader; now: Date },
  refused?: RefusedForm,
): Html {
  const { id, plan, planName, account, mode } = approval;
  const waits = html`${modeTag(mode)} ${WORDS[approval.kind].waits}
    <a href="/plans/${plan}">${planName}</a> waits for another person's approval`;
  return html`<section class="card" aria-labelledby="approval-${id}-h" id="approval-${id}">
  <header><h2 id="approval-${id}-h">${waits}</h2>${forms(approval, reader, refused)}</header>
  <div class="body stack">
    <p>${goods(approval)}, on account <b>${account}</b>. ${costSentence(approval)}</p>
    ${warnings(approval)}
    <p class="muted">${asked(approval, now)} ${whoAnswers(approval, reader)}</p>
  </div>
</section>`;
}

const WORDS = {
  start: { waits: 'The start of', next: 'start the plan', what: 'start' },
  retry: { waits: 'The retry of', next: 'retry the plan', what: 'retry' },
  settle: { waits: 'Settling orders as nothing in', next: 'settle the order', what: 'settlement' },
} as const;

/** What became of the latest question about a plan, where somebody should know; else null. */
export function approvalNote(approval: Approval, now: Date): Html | null {
  const { kind, state, answeredBy, refusal, expiresAt, answeredAt } = approval;
  const { next, what } = WORDS[kind];
  if (state === 'given') {
    return note(
      'good',
      html`<b>${answeredBy} approved it, ${exact(answeredAt!, now)}.</b> Anyone but ${answeredBy}
        can now ${next}, once, until ${moment(expiresAt, now)}.`,
    );
  }
  if (state !== 'refused') return null;
  return note(
    'warn',
    html`<b>${answeredBy} refused the ${what}, ${exact(answeredAt!, now)}.</b>
      Reason: “${refusal}”. Trying again asks for a new approval.`,
  );
}

function goods({ kind, mode, facts, numbers }: Approval): Html {
  const buys = mode === 'live' ? 'It buys' : 'It would buy';
  const sends = kind === 'start' ? buys : 'It asks again for';
  const together =
    facts.before > 0 &&
    html`, <b>${count(numbers)}</b> together with what went ahead without approval`;
  const which = facts.firstOrders.join(', ');
  const orders =
    which === '' ? '' : `: ${which}${facts.orders > facts.firstOrders.length ? ' …' : ''}`;
  return html`${sends} <b>${counted(facts.numbers, 'number')}</b> in
    ${counted(facts.orders, 'order')}${orders}${together}`;
}

function costSentence({ mode, money, currency, facts }: Approval): Html | null {
  if (currency === null) return null;
  const alone = facts.cost && sumWords(facts.cost, currency);
  if (money === null || !alone) {
    const why =
      facts.cost && facts.cost.unpriced.length > 0 && html`: ${unpricedWords(facts.cost)}`;
    return html`<b>What it costs is not known</b>${why}.`;
  }
  const costs = mode === 'live' ? 'costs' : 'would cost';
  return html`It ${costs} at most <b>${alone}</b>: ${moneyWords(money, currency)} by the end of the
    first month${facts.before > 0 && ', together with what went ahead'}.`;
}

function warnings({ facts: { warnings, warningCount } }: Approval): Html | null {
  if (warningCount === 0) return null;
  const more = warningCount - warnings.length;
  return html`<div class="stack tight"><p>The plan has ${counted(warningCount, 'warning')}:</p>
    <ul class="bullets stack tight">${warnings.map((message) => html`<li>${message}</li>`)}
      ${more > 0 && html`<li>and ${count(more)} more</li>`}</ul></div>`;
}

function asked({ id, askedBy, by, why, askedAt, expiresAt }: Approval, now: Date): Html {
  const reason = why && html` Reason: “${why}”.`;
  return html`Approval ${id}, asked for by ${nameOf({ who: askedBy, by })},
    ${exact(askedAt, now)}, waits until ${moment(expiresAt, now)}.${reason}`;
}

/** Who must answer it, for a reader who may not; null for one who may. */
function whoAnswers(approval: Approval, { mayAnswer, name }: Reader): string | null {
  if (!mayAnswer) return 'Answering it takes the role approve.';
  return isOwnOf(approval, name) ? 'It is your own, so another person must answer it.' : null;
}

function forms(approval: Approval, reader: Reader, refused: RefusedForm | undefined): Html | null {
  if (whoAnswers(approval, reader) !== null) return null;
  const { id, facts } = approval;
  const hidden = { seen: seenOf(shownOfApproval(approval)) };
  const form = (answer: string) => {
    return { id: `${answer}-${id}`, to: `/approvals/${id}/${answer}`, who: null, hidden, refused };
  };
  return html`<div class="row">${act({
    ...form('approve'),
    opens: 'Approve…',
    says: html`Someone other than you can then do it, once:
      ${counted(facts.numbers, 'number')}, exactly as said here.`,
    button: 'Approve it',
  })}${act({
    ...form('refuse'),
    opens: 'Refuse…',
    says: html`Then nothing is bought. The person who asked sees why.`,
    reason: REASON,
    button: 'Refuse it',
    tone: 'danger',
  })}</div>`;
}
