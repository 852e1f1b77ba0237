import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasCode } from '../../../errors.ts';
import { INTEGER_MAX, planOf, unknownOrders } from '../../../ledger/index.ts';
import { readSettlement, settle } from '../../../operations/index.ts';
import { actor } from '../../actor.ts';
import type { Asked, WebContext } from '../../context.ts';
import { NO_EVIDENCE } from '../components/act.ts';
import { html } from '../html.ts';
import { idInPath, pageRoutes, SEEN, typedId, typedNumbers } from '../page-routes.ts';
import { SignedForm, signed } from '../signed-form.ts';
import { addAccept } from './accept-routes.ts';
import { addOpen } from './open-page.ts';
import { Query, sendUnknown } from './send.ts';

const Form = SignedForm.extend({
  seen: SEEN,
  plan: typedId(INTEGER_MAX),
  more: typedNumbers,
  number: typedNumbers,
});

/** `/unknown` and its forms. Only a named person, with a reason, settles an order here. */
export function addUnknown(app: FastifyInstance, context: WebContext): void {
  const routes = pageRoutes(app, context);
  routes.get('view', '/unknown', (asked) => sendUnknown(asked, Query.parse(asked.request.query)));
  for (const way of ['bought', 'nothing'] as const)
    routes.post('submit', `/unknown/:order/${way}`, (asked) => settleAs(way, asked));
  routes.post('submit', '/unknown/:order/undo', undo);
  addAccept(app, context);
  addOpen(app, context);
}

const orderOf = (request: FastifyRequest): number =>
  idInPath(request, 'order', { name: 'order', max: Number.MAX_SAFE_INTEGER });

async function settleAs(way: 'bought' | 'nothing', asked: Asked): Promise<FastifyReply> {
  const { request, context } = asked;
  const order = orderOf(request);
  const typed = Form.parse(request.body ?? {});
  const { by, why, number, seen, plan } = typed;
  const more = typed.more.join(',');
  const filter = plan === undefined ? '' : `plan=${plan}&`;
  const bought = [...number, more].filter(Boolean).join(',');
  const said = {
    ...(way === 'nothing' ? { nothing: true as const } : { bought }),
    ...{ seen, againstEvidence: typed.againstEvidence, why },
  };
  return signed(asked, {
    typed,
    lacksWhy: NO_EVIDENCE,
    act: async () => settle(context.ledger, order, readSettlement(said, actor(request, by))),
    done: `/unknown?${filter}settled=${order}`,
    async elsewhere(error) {
      // The page of its plan says what it waits for.
      if (hasCode(error, 'needs_approval')) return `/plans/${planOf(order)}`;
      if (!hasCode(error, 'invalid_usage', 'wrong_state')) throw error;
      const [still] = await unknownOrders(context.ledger, { after: order - 1, limit: 1 });
      return still?.order === order ? null : `/unknown?${filter}late=${order}`;
    },
    refuse({ fault, objections }) {
      const form = { form: `${way}-${order}`, fault, objections };
      const refused = { ...form, typed: { by, why, more, numbers: number.join(' ') } };
      return sendUnknown(asked, { order, plan }, { refused });
    },
  });
}

/** Takes a settlement back, and leads to its order, which can be settled again. */
async function undo(asked: Asked): Promise<FastifyReply> {
  const { request, context } = asked;
  const order = orderOf(request);
  const plan = planOf(order);
  const { by, why, seen } = Form.parse(request.body ?? {});
  return signed(asked, {
    typed: { by, why },
    lacksWhy: 'Say what was wrong.',
    act: () =>
      settle(context.ledger, order, { undo: true, seen, by: { ...actor(request, by), why } }),
    done: `/unknown?order=${order}`,
    refuse({ fault, isLate }) {
      const refused = { form: `undo-${order}`, fault, typed: { by, why } };
      return sendUnknown(asked, { plan }, isLate ? { fault: html`<b>${fault}</b>` } : { refused });
    },
  });
}
