import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { named } from '../../../english.ts';
import { INTEGER_MAX, type UndecidedOrder } from '../../../ledger/index.ts';
import { openLines, type UndecidedLine } from '../../../operations/index.ts';
import type { Asked, WebContext } from '../../context.ts';
import { areaOrType } from '../components/line-words.ts';
import { emptyCard } from '../components/note.ts';
import { count, counted, phone } from '../components/numbers.ts';
import { withTimes } from '../components/page-text.ts';
import { pageLink } from '../components/table.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { pageRoutes, sendPage, typedId } from '../page-routes.ts';
import { visitOf } from '../visit.ts';

const Query = z.object({ plan: typedId(INTEGER_MAX), after: typedId() });
const PER_PAGE = 20;

/** `/unknown/open`: what the list leaves undecided, by line. */
export function addOpen(app: FastifyInstance, context: WebContext): void {
  pageRoutes(app, context).get('view', '/unknown/open', send);
}

async function send(asked: Asked): Promise<FastifyReply> {
  const { plan, after = 0 } = Query.parse(asked.request.query);
  const [visit, lines] = await Promise.all([visitOf(asked), openLines(asked.context.ledger, plan)]);
  const next = after + PER_PAGE;
  const query = plan === undefined ? '' : `plan=${plan}&`;
  const content = html`<div class="head">
  <div><h1>Undecided, by line <span class="muted">${counted(lines.length, 'line')}</span></h1>
    <p>The vendor’s list does not show what these orders bought. Each line shows the numbers
      that its orders could have bought, beside all orders that could have bought them. Look at the
      vendor’s account, and settle each order. <a href="/unknown">Back to the unknown
      orders</a></p></div>
</div>
${lines.length === 0 && NONE}
${lines.slice(after, next).map((line) => lineCard(visit, line))}
<div class="foot bare"><span></span>
  ${next < lines.length && pageLink('next', 'Next', `/unknown/open?${query}after=${next}`)}</div>`;
  return sendPage(
    asked,
    layout(visit, { title: 'Undecided, by line', section: 'unknown', content }),
  );
}

const NONE = emptyCard(
  'Nothing is undecided',
  html`The vendor’s list says what each unknown order here bought.`,
);

function lineCard(visit: Visit, undecided: UndecidedLine): Html {
  const { plan, line, candidates, others, orders } = undecided;
  const isOwn = (order: UndecidedOrder) => order.plan === plan && order.line === line;
  const own = orders.filter(isOwn);
  const more =
    own.some(({ hasMore }) => hasMore) &&
    html`<p class="muted small">There are more
    than these. What fits comes first.</p>`;
  const other = html`<p class="muted small">Also new on the account, but no order asked for them:
    ${others.map(phone).join(', ')}</p>`;
  const id = `line-${plan}-${line}`;
  return html`<section class="card case" aria-labelledby="${id}">
  <header><h2 id="${id}">Line ${count(line)}, ${own[0] && areaOrType(own[0])}</h2>
    <a class="small" href="/plans/${plan}">${own[0]?.planName}</a></header>
  <div class="facts">
    <section><h3>Candidates <span class="muted">${count(candidates.length)}</span></h3>
      ${candidates.length === 0 && html`<p class="muted">None that they asked for.</p>`}
      <ul class="bullets">${candidates.map((each) => candidate(each, orders))}</ul>
      ${more}${others.length > 0 && other}</section>
    <section><h3>${candidates.length > 0 ? 'Orders that could have bought them' : 'Orders'}
        <span class="muted">${count(orders.length)}</span></h3>
      <ul class="bullets">${orders.map((each) => orderItem(visit, each, isOwn(each)))}</ul>
    </section>
  </div>
</section>`;
}

/** Names the orders that could have bought it, unless all beside it could. */
function candidate(
  { number, orders }: UndecidedLine['candidates'][number],
  all: UndecidedOrder[],
): Html {
  const some =
    orders.length < all.length &&
    html` <span class="muted small">${named('order', orders.map(String))} only</span>`;
  return html`<li>${phone(number)}${some}</li>`;
}

/** An order of another line has its reason there. */
function orderItem({ now }: Visit, order: UndecidedOrder, isOwn: boolean): Html {
  const why = html`. <span class="muted small">${withTimes(order.why, now)}</span>`;
  const from = html`, line ${count(order.line)} of
    <a href="/plans/${order.plan}">${order.planName}</a>, ${areaOrType(order)}`;
  return html`<li><a href="/unknown?order=${order.order}">Order ${order.order}</a>
        lacks ${count(order.lacking)}${isOwn ? why : from}</li>`;
}
