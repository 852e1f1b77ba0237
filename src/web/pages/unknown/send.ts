import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { eventSentence } from '../../../events/index.ts';
import {
  findPlan,
  INTEGER_MAX,
  planEvents,
  planOf,
  settlements,
  unknownOrders,
  verdictCounts,
} from '../../../ledger/index.ts';
import type { Asked, WebContext } from '../../context.ts';
import type { RefusedForm } from '../components/act.ts';
import { withTimes } from '../components/page-text.ts';
import { exact } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import { sendPage, typedId } from '../page-routes.ts';
import { visitOf } from '../visit.ts';
import { unknownPage } from './page.ts';

const PER_PAGE = 20;

export const Query = z.object({
  plan: typedId(INTEGER_MAX),
  order: typedId(),
  after: typedId(),
  settled: typedId(),
  late: typedId(),
});

export async function sendUnknown(
  asked: Asked,
  query: z.infer<typeof Query>,
  { refused, fault }: { refused?: RefusedForm; fault?: Html } = {},
): Promise<FastifyReply> {
  const { context } = asked;
  const { ledger } = context;
  const { plan, order, settled, late } = query;
  const isOne = order !== undefined;
  // A page of one order: it begins just before the order, and has room for no other.
  const after = isOne ? order - 1 : query.after;
  const limit = isOne ? 1 : PER_PAGE;
  const [visit, verdicts, recent, found] = await Promise.all([
    visitOf(asked),
    verdictCounts(ledger, { planId: plan }),
    settlements(ledger, { planId: plan }),
    unknownOrders(ledger, { planId: plan, ...(after ? { after } : {}), limit: limit + 1 }),
  ]);
  const orders = found.slice(0, limit).filter((each) => !isOne || each.order === order);
  const ids = [...new Set(orders.map((each) => each.plan))];
  const plans = await Promise.all(ids.map((id) => findPlan(ledger, id)));
  const isGone = isOne && orders.length === 0;
  const page = {
    verdicts,
    recent,
    orders,
    plans: new Map(plans.map((each) => [each.id, each])),
    plan: plan ?? null,
    isOne,
    next: !isOne && found.length > limit ? (orders.at(-1)?.order ?? null) : null,
    refused,
    said: settled ? await settlement(context, settled, visit.now) : undefined,
    fault: late || isGone ? await tooLate(context, (late ?? order)!, visit.now) : fault,
  };
  return sendPage(asked, unknownPage(visit, page));
}

/** Who settled an order, when and how; undefined when its plan's latest events do not say. */
async function settlement(
  { ledger }: WebContext,
  order: number,
  now: Date,
): Promise<Html | undefined> {
  const planId = planOf(order);
  const events = await planEvents(ledger, planId, 200);
  const event = events.find(({ kind, orderId }) => kind === 'order_settled' && orderId === order);
  return event && html`${exact(event.at, now)}: ${withTimes(eventSentence(event), now)}`;
}

async function tooLate(context: WebContext, order: number, now: Date): Promise<Html> {
  const how = await settlement(context, order, now);
  return html`<b>This order is no longer unknown.</b>
    ${how ?? 'A late answer has settled it, or there is no such order.'} Nothing was changed.`;
}
