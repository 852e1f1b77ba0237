import { z } from 'zod';
import { LineList, PlanList, Progress, ShownPlan, StockList } from '../../documents/index.ts';
import {
  findPlan,
  type LineResult,
  linePage,
  type PlanDocument,
  planColumns,
  planPage,
  planProgress,
  stockMet,
} from '../../ledger/index.ts';
import { observeAll, shownOf } from '../../obstacles/index.ts';
import type { WebContext } from '../context.ts';
import { linkPages } from './links.ts';
import { beforeId, lineNumber, pageSize, planId } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Plans');

export const planRoutes: ApiRoute[] = [
  route('view', 'listPlans', 'GET /plans', {
    summary: 'The plans, newest first',
    querystring: z.strictObject({
      search: z
        .string()
        .max(200)
        .optional()
        .describe('in the name, the account or who submitted it; or the number of a plan'),
      before: beforeId.optional().describe('`next` of the page before'),
      limit: pageSize(200),
    }),
    response: { 200: PlanList },
    async answer(asked) {
      const { context, request } = asked;
      const page = await planPage(context.ledger, request.query);
      linkPages(asked, { rel: 'next', name: 'before', value: page.next });
      return { ...page, plans: await observeAll(context, page.plans) };
    },
  }),
  route('view', 'getStock', 'GET /stock', {
    summary: 'What earlier plans found in some area codes',
    querystring: z.strictObject({
      areaCodes: z
        .string()
        .regex(/^[2-9]\d\d(,[2-9]\d\d){0,99}$/, 'it must be up to 100 area codes, such as 212,646')
        .describe('3 digits each, with commas between them'),
    }),
    response: { 200: StockList },
    answer: async ({ context, request }) => ({
      stock: await stockMet(context.ledger, request.query.areaCodes.split(',')),
    }),
  }),
  route('view', 'getPlan', 'GET /plans/:id', {
    summary: "A plan's state and sums, and its last events",
    params: planId,
    response: { 200: ShownPlan },
    answer: ({ context, request }) => showPlan(context, request.params.id),
  }),
  route('view', 'listLines', 'GET /plans/:id/lines', {
    summary: "A plan's lines and what became of them, in the file's order",
    params: planId,
    querystring: z.strictObject({
      filter: z.enum(['all', 'missing', 'unknown', 'waiting']).default('all'),
      search: z.string().max(20).optional().describe("a line's number, or an area code"),
      after: lineNumber.optional().describe('the line before the page'),
      before: lineNumber.optional().describe('the line after the page'),
      limit: pageSize(200),
    }),
    response: { 200: LineList },
    async answer(asked) {
      const { params, query } = asked.request;
      const { ledger } = asked.context;
      const { id, lines } = await findPlan(ledger, params.id);
      const columns = await planColumns(ledger, id);
      const page = await linePage(ledger, id, query);
      linkPages(
        asked,
        { rel: 'prev', name: 'before', value: page.previous },
        { rel: 'next', name: 'after', value: page.next },
      );
      const total = query.filter === 'all' && !query.search ? lines : null;
      return { columns, ...page, lines: page.lines.map(lineDocument), total };
    },
  }),
  route('view', 'getProgress', 'GET /plans/:id/progress', {
    summary: "The plan's progress, at up to 61 moments",
    params: planId,
    response: { 200: z.object({ progress: z.array(Progress) }) },
    async answer({ context: { ledger }, request }) {
      const { id } = await findPlan(ledger, request.params.id);
      return { progress: await planProgress(ledger, id) };
    },
  }),
];

/** The document of a plan as `show --json` has it. */
export async function showPlan(context: WebContext, id: number, plan?: PlanDocument) {
  return shownOf(context, plan ?? (await findPlan(context.ledger, id)));
}

/** The cells of the plan's own columns as a list; the ledger keeps them as JSON. */
export function lineDocument({ extra, ...line }: LineResult) {
  return { ...line, extra: extra === null ? [] : (JSON.parse(extra) as string[]) };
}
