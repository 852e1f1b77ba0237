import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { findPlan } from '../../ledger/index.ts';
import type { Asked } from '../asked.ts';
import type { WebContext } from '../context.ts';
import { whileSignedIn } from '../security/sign-in.ts';
import { afterId, fileOf, planId } from './requests.ts';
import { addRoutes, routesOf } from './route.ts';
import { PlanWatches } from './watch.ts';

const route = routesOf('Plans');

const Headers = z.looseObject({
  'last-event-id': z
    .string()
    .regex(/^\d{1,16}\.\d{1,16}$/)
    .optional()
    .catch(undefined)
    .meta({
      type: 'string',
      description: 'the last `id` received: the stream continues after it',
    }),
});
const Query = z.strictObject({ after: afterId.optional().describe('the last event received') });

/** What happens to a plan, as server-sent events. */
export function addEvents(app: FastifyInstance, context: WebContext): void {
  const watches = new PlanWatches(context);
  app.addHook('preClose', async () => watches.close());
  const watchPlan = route('view', 'watchPlan', 'GET /plans/:id/events', {
    summary: 'What happens to a plan, as server-sent events',
    description:
      'First `plan` with the whole document, then at most twice a second when it or its ' +
      'progress has changed; `event` for what happens besides orders.',
    params: planId,
    headers: Headers,
    querystring: Query,
    response: {
      200: { description: 'a stream', content: { 'text/event-stream': fileOf('string') } },
    },
    answer: (asked) => stream(asked, watches),
  });
  // A stream has no end, so HEAD cannot know its length.
  addRoutes(app, context, [{ ...watchPlan, exposeHeadRoute: false }]);
}

type Watching = Asked<
  z.output<typeof planId>,
  z.output<typeof Query>,
  unknown,
  z.output<typeof Headers>
>;

async function stream({ context, request, reply }: Watching, watches: PlanWatches) {
  const { id } = await findPlan(context.ledger, request.params.id);
  const heard = request.headers['last-event-id']?.split('.')[1];
  const after = request.query.after ?? (heard === undefined ? null : Number(heard));
  const events = new PassThrough();
  watches.join(id, events, after);
  events.once(
    'close',
    whileSignedIn(request, () => void events.end()),
  );
  return (
    reply
      .header('content-type', 'text/event-stream')
      // Otherwise proxies collect it before they send it.
      .header('x-accel-buffering', 'no')
      .send(events)
  );
}
