import { createHash } from 'node:crypto';
import { z } from 'zod';
import ours from '../../../package.json' with { type: 'json' };
import { closedLines, findPlan, type PlanDocument, planEvents } from '../../ledger/index.ts';
import { RESULT_NAMES, type ResultName, resultFile } from '../../report/index.ts';
import type { Asked, WebContext } from '../context.ts';
import { sendFile } from './ranges.ts';
import { fileOf, planId } from './requests.ts';
import { type ApiRoute, routesOf } from './route.ts';

const route = routesOf('Results');

/** The six result files, made from the ledger while they are sent. */
export const resultRoutes: ApiRoute[] = RESULT_NAMES.map((name) => {
  const isJson = name.endsWith('.json');
  const type = isJson ? 'application/json' : 'text/csv';
  const content = { [type]: fileOf(isJson ? 'object' : 'string') };
  return route('view', operationOf(name), `GET /plans/:id/${name}`, {
    summary: `The plan's ${name} as it is now`,
    params: planId,
    response: {
      200: { description: 'the file', content },
      206: { description: 'the range of a final file', content },
      304: z.null().describe('the caller has this version'),
    },
    answer: (asked) => sendResult(asked, name, type),
  });
});

/** `getNumbersCsv` of numbers.csv. */
function operationOf(name: string): string {
  return `get${name.replace(/(?:^|\.)(\w)/g, (_, first: string) => first.toUpperCase())}`;
}

async function sendResult(
  { context, request, reply }: Asked<z.output<typeof planId>>,
  name: ResultName,
  type: string,
) {
  const plan = await findPlan(context.ledger, request.params.id);
  reply.headers({
    'content-type': `${type}; charset=utf-8`,
    'content-disposition': `attachment; filename="plan-${plan.id}-${name}"`,
  });
  const etag = await tagOf(context, plan, name);
  return sendFile(request, reply, { etag, read: () => read(context, plan.id, name) });
}

async function* read({ ledger, log }: WebContext, id: number, name: ResultName) {
  try {
    yield* resultFile(ledger, id, name);
  } catch (err) {
    log.error({ err, plan: id, name }, 'a result file broke off');
    throw err;
  }
}

/**
 * The tag of a final file: the plan has ended, and nothing of it is unknown. Null before. Only a
 * settlement, which is an event, or another version of this program changes such a file. The
 * remainder also changes with the day: days that are over are left out.
 */
async function tagOf({ ledger }: WebContext, plan: PlanDocument, name: ResultName) {
  if (plan.endedAt === null || plan.unknownOrders > 0) return null;
  const { etaSeconds: _, secondsNeeded: __, ...facts } = plan;
  const [newest] = await planEvents(ledger, plan.id, 1);
  const day = name === 'remainder.csv' && (await closedLines(ledger, plan.id)).today;
  const text = JSON.stringify([ours.version, name, facts, newest?.id, day]);
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
}
