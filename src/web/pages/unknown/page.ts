import { named } from '../../../english.ts';
import type {
  PlanDocument,
  Settlement,
  UnknownOrder,
  VerdictCounts,
} from '../../../ledger/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { emptyCard, flash, note } from '../components/note.ts';
import { count, counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { unknownCase } from './case.ts';
import { settledCard } from './settled.ts';

type UnknownShown = {
  verdicts: VerdictCounts;
  recent: Settlement[];
  orders: UnknownOrder[];
  plans: Map<number, PlanDocument>;
  plan: number | null;
  /** Only one order: its form was refused, or a link led to it. */
  isOne: boolean;
  next: number | null;
  said?: Html | undefined;
  /** Why the last press changed nothing, when its form is no longer on the page. */
  fault?: Html | undefined;
  refused?: RefusedForm | undefined;
};

/** `/unknown`: the orders that need a person, each with what is known about it. */
export function unknownPage(visit: Visit, shown: UnknownShown): string {
  const { orders, said, fault, recent, refused } = shown;
  const isAny = visit.unknown.orders > 0;
  const total = isAny && counted(visit.unknown.orders, 'order');
  const content = html`<div class="head">
  <div><h1>Unknown <span class="muted" data-part="total">${total}</span></h1>
    ${isAny && INTRODUCTION}</div>
  ${leads(visit, shown)}
</div>
${flash(said ?? null)}${fault && note('bad', fault)}
${isAny && chips(visit, shown)}
${orders.length === 0 ? NOTHING : caseList(visit, shown)}
${settledCard(visit, recent, refused)}`;
  const live = { events: null };
  return layout(visit, { title: 'Unknown', section: 'unknown', live, content });
}

const INTRODUCTION = html`<p>We sent these orders and got no clear answer. Each may have bought
  numbers. None will be sent again until someone settles it.</p>`;

const NOTHING = emptyCard(
  'Nothing is unknown',
  html`Every order we sent has a clear answer. If one does not, it waits here and is not sent
    again.`,
);

function leads({ may }: Visit, { verdicts, plan, isOne }: UnknownShown): Html | null {
  if (isOne) return null;
  const query = plan === null ? '' : `?plan=${plan}`;
  const all = verdicts.bought + verdicts.nothing;
  const accept =
    all > 0 &&
    html`<a class="btn primary" href="/unknown/accept${query}">See ${counted(all, 'clear verdict')}
      ${may.submit && `and accept ${all === 1 ? 'it' : 'them'}`}</a>`;
  const open =
    verdicts.open > 0 && html`<a class="btn" href="/unknown/open${query}">Undecided, by line</a>`;
  return html`<div class="row" data-part="accept">${open}${accept}</div>`;
}

function chips({ unknown }: Visit, { plan, isOne }: UnknownShown): Html {
  const chip = (url: string, isCurrent: boolean, name: string, orders: number) => {
    const current = isCurrent && html` aria-current="true"`;
    return html`<a href="${url}"${current}>${name} <span>${count(orders)}</span></a>`;
  };
  const plans = unknown.byPlan
    .slice(0, 20)
    .map((each) => chip(`/unknown?plan=${each.plan}`, each.plan === plan, each.name, each.orders));
  const all = chip('/unknown', plan === null && !isOne, 'All', unknown.orders);
  return html`<div class="chips" data-part="chips">${all}${plans}</div>`;
}

function caseList(visit: Visit, shown: UnknownShown): Html {
  const groups = alike(shown.orders).map((group) => cases(visit, group, shown));
  return html`<div class="stack" data-rows id="cases">${groups}</div>
${pager(visit, shown)}`;
}

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
  const { plan, areaCode, insteadOf, type, quantity, bought } = order;
  const { whatHappened, status, disputed, proposal } = order;
  const numbers = [disputed.length, proposal?.numbers.length];
  const answer = [whatHappened, status, proposal?.finding];
  return JSON.stringify([plan, areaCode, insteadOf, type, quantity, bought, ...answer, ...numbers]);
}

/** The first order of a group as a card; the others are folded below it. */
function cases(visit: Visit, [first, ...others]: UnknownOrder[], shown: UnknownShown): Html {
  const { plans, plan: filter, refused, isOne } = shown;
  const card = (order: UnknownOrder) => {
    const plan = plans.get(order.plan);
    return plan && unknownCase(visit, order, plan, { refused, isOne, filter });
  };
  const [next] = others;
  if (!first || !next) return html`${first && card(first)}`;
  const more = others.length === 1 ? '1 more order' : `${count(others.length)} more orders`;
  const which = named(
    'order',
    others.map(({ order }) => String(order)),
  );
  return html`${card(first)}<details class="alike" data-key="alike-${next.order}">
  <summary>${more} like this one <span class="muted">${which}</span></summary>
  <div class="stack">${others.map(card)}</div></details>`;
}

function pager({ unknown }: Visit, { orders, plan, next, isOne }: UnknownShown): Html {
  const query = plan === null ? '' : `plan=${plan}&`;
  const shown = isOne
    ? html`<a href="/unknown">Show all ${count(unknown.orders)}</a>`
    : `${counted(orders.length, 'order')} shown, oldest plan first`;
  const more =
    next !== null && html`<a class="btn" rel="next" href="/unknown?${query}after=${next}">Next</a>`;
  return html`<div class="foot bare">
  <span>${shown}</span>
  <span data-changed hidden><a href="">The list has changed. Show it</a></span>
  ${more}
</div>`;
}
