import type {
  PlanDocument,
  Settlement,
  UnknownCounts,
  UnknownOrder,
} from '../../../ledger/index.ts';
import { act, type Refused } from '../components/act.ts';
import { flash, note } from '../components/note.ts';
import { count, counted, ordinal } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { unknownCase } from './case.ts';
import { settledCard } from './settled.ts';

export type UnknownShown = {
  counts: UnknownCounts;
  /** The clear ones, of this plan or of all. */
  verdicts: { finding: 'bought' | 'nothing' }[];
  /** What can be taken back. */
  lately: Settlement[];
  orders: UnknownOrder[];
  /** The plans that the orders belong to. */
  plans: Map<number, PlanDocument>;
  /** Only this plan's; null for all. */
  plan: number | null;
  /** Only one order: a form of it was refused, or somebody was led to it. */
  isOne: boolean;
  next: number | null;
  said?: Html | undefined;
  /** Why the last press changed nothing, where its form is no longer there. */
  fault?: Html | undefined;
  refused?: Refused | undefined;
};

/** `/unknown`: the orders that need a person, each with what is known of it. */
export function unknownPage(visit: Visit, shown: UnknownShown): string {
  const { counts, orders, said, fault, lately, refused } = shown;
  const content = html`<div class="head"><div><h1>Unknown <span class="muted" data-part="total">${counts.orders > 0 && counted(counts.orders, 'order')}</span></h1>${
    counts.orders > 0 &&
    html`<p>We sent these orders and got no clear answer. Each may have bought numbers. None will be sent again until someone settles it.</p>`
  }</div>${acceptAll(visit, shown)}</div>
${flash(said ?? null)}${fault && note('bad', fault)}
${counts.orders > 0 && chips(shown)}
${
  orders.length === 0
    ? NOTHING
    : html`<div class="stack" data-rows id="cases">${alike(orders).map((group) => cases(visit, group, shown))}</div>
${pager(shown)}`
}
${settledCard(visit, lately, refused)}`;
  const live = { events: null };
  return layout(visit, { title: 'Unknown', section: 'unknown', live, content });
}

/** One press for all verdicts that nothing else explains; null when there is none. */
function acceptAll({ who }: Visit, { verdicts, plan, isOne, refused }: UnknownShown): Html | null {
  if (verdicts.length === 0 || isOne) return null;
  const nothing = verdicts.filter(({ finding }) => finding === 'nothing').length;
  const bought = verdicts.length - nothing;
  return html`<div class="row" data-part="accept">${act({
    id: 'accept-all',
    to: '/unknown/accept',
    opens: `Accept ${counted(verdicts.length, 'clear verdict')}…`,
    says: html`${counted(bought, 'order')} bought what the list shows. ${counted(nothing, 'order')} bought nothing, and will be sent again.`,
    who,
    reason: null,
    button: `Accept all ${counted(verdicts.length, 'verdict')}`,
    tone: 'primary',
    hidden: { verdicts: verdicts.length, ...(plan === null ? {} : { plan }) },
    refused,
  })}</div>`;
}

/** Orders one after another of which the same is to be said. */
function alike(orders: UnknownOrder[]): UnknownOrder[][] {
  const groups: UnknownOrder[][] = [];
  for (const order of orders) {
    const group = groups.at(-1);
    if (group && likeness(group[0]!) === likeness(order)) group.push(order);
    else groups.push([order]);
  }
  return groups;
}

function likeness(order: UnknownOrder): string {
  const { plan, areaCode, type, quantity, bought, whatHappened, status, disputed, proposal } =
    order;
  const numbers = [disputed.length, proposal?.numbers.length];
  const answer = [whatHappened, status, proposal?.finding];
  return JSON.stringify([plan, areaCode, type, quantity, bought, ...answer, ...numbers]);
}

/** The first as a card; those like it are folded under it, unless one of them is being settled. */
function cases(visit: Visit, [first, ...others]: UnknownOrder[], shown: UnknownShown): Html {
  const { plans, plan: filter, refused, isOne } = shown;
  const card = (order: UnknownOrder) => {
    const plan = plans.get(order.plan);
    return plan && unknownCase(visit, order, plan, { refused, isOne, filter });
  };
  const n = others.length;
  const [next] = others;
  return html`${first && card(first)}${
    next &&
    html`<details class="alike" data-key="alike-${next.order}"><summary>${n === 1 ? '1 more order' : `${count(n)} more orders`} like this one <span class="muted">order ${others.map(({ order }) => count(ordinal(order))).join(', ')}</span></summary><div class="stack">${others.map(card)}</div></details>`
  }`;
}

const NOTHING = html`<section class="card"><div class="empty"><h2>Nothing is unknown</h2><p class="muted">Every order we sent has a clear answer. If one does not, it waits here and is not sent again.</p></div></section>`;

function chips({ counts, plan, isOne }: UnknownShown): Html {
  const all = plan === null && !isOne;
  return html`<div class="chips" data-part="chips"><a href="/unknown"${all && html` aria-current="true"`}>All <span>${count(counts.orders)}</span></a>${counts.byPlan
    .slice(0, 20)
    .map(
      (each) =>
        html`<a href="/unknown?plan=${each.plan}"${each.plan === plan && html` aria-current="true"`}>${each.name} <span>${count(each.orders)}</span></a>`,
    )}</div>`;
}

function pager({ orders, plan, next, isOne, counts }: UnknownShown): Html {
  const query = plan === null ? '' : `plan=${plan}&`;
  return html`<div class="foot bare"><span>${isOne ? html`<a href="/unknown">Show all ${count(counts.orders)}</a>` : `${counted(orders.length, 'order')} shown, oldest plan first`}</span><span data-changed hidden><a href="">The list has changed. Show it</a></span>${next !== null && html`<a class="btn" rel="next" href="/unknown?${query}after=${next}">Next</a>`}</div>`;
}
