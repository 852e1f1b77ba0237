import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { INTEGER_MAX, listAccounts, planPage } from '../../../ledger/index.ts';
import { observeAll } from '../../../obstacles/index.ts';
import type { WebContext } from '../../context.ts';
import { pageRoutes, sendPage, typedId } from '../page-routes.ts';
import { visitOf } from '../visit.ts';
import { plansPage } from './page.ts';

const PER_PAGE = 25;

const Query = z.object({ q: z.string().max(200).catch(''), before: typedId(INTEGER_MAX) });

/** `/`: every plan, newest first. */
export function addPlans(app: FastifyInstance, context: WebContext): void {
  pageRoutes(app, context).get('view', '/', async (asked) => {
    const { q, before } = Query.parse(asked.request.query);
    const [visit, accounts, page] = await Promise.all([
      visitOf(asked),
      listAccounts(context.ledger),
      planPage(context.ledger, { search: q, before, limit: PER_PAGE }),
    ]);
    const plans = await observeAll(context, page.plans);
    const shown = {
      accounts,
      page: { ...page, plans },
      search: q.trim(),
      isFirst: before === undefined,
    };
    return sendPage(asked, plansPage(visit, shown));
  });
}
