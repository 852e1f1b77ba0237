import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { findPlan } from '../../ledger/index.ts';
import { whileSignedIn } from '../security/sign-in.ts';
import { afterId, fileOf, planId } from './requests.ts';
import { type ApiRoutes, routesOf } from './route.ts';
import { type Listener, PlanWatches } from './watch.ts';

const route = routesOf('Plans');

/** A reader with this many unread bytes is cut off. When it comes back, it gets the whole plan. */
const UNREAD_MAX = 1_000_000;

/** What happens to a plan, as server-sent events. */
export const eventRoutes: ApiRoutes = async (app, { context }) => {
  const watches = new PlanWatches(context);
  app.addHook('preClose', async () => watches.close());

  app.get(
    '/plans/:id/events',
    {
      ...route('view', 'watchPlan', {
        summary: 'What happens to a plan, as server-sent events',
        description:
          'First `plan` with the whole document, then at most twice a second when it or its ' +
          'progress has changed; `event` for what happens besides orders.',
        params: planId,
        headers: z.looseObject({
          'last-event-id': z
            .string()
            .regex(/^\d{1,16}\.\d{1,16}$/)
            .optional()
            .catch(undefined)
            .meta({
              type: 'string',
              description: 'the last `id` received: the stream continues after it',
            }),
        }),
        querystring: z.strictObject({
          after: afterId.optional().describe('the last event received'),
        }),
        response: {
          200: { description: 'a stream', content: { 'text/event-stream': fileOf('string') } },
        },
      }),
      // A stream has no end, so HEAD cannot know its length.
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      const { id } = request.params;
      const { after } = request.query;
      await findPlan(context.ledger, id);
      const stream = new PassThrough();
      const heard = request.headers['last-event-id']?.split('.')[1];
      const seen = after ?? (heard === undefined ? null : Number(heard));
      const leave = watches.join(id, listenerOn(stream, seen));
      const stopLooking = whileSignedIn(request, () => void stream.end());
      stream.once('close', () => {
        leave();
        stopLooking();
      });
      return (
        reply
          .header('content-type', 'text/event-stream')
          // Otherwise proxies collect it before they send it.
          .header('x-accel-buffering', 'no')
          .send(stream)
      );
    },
  );
};

function listenerOn(stream: PassThrough, after: number | null): Listener {
  const write = (text: string) => {
    stream.write(text);
    if (stream.writableLength + stream.readableLength > UNREAD_MAX) stream.destroy();
  };
  // How long a reader waits before it connects again, ms.
  write('retry: 2000\n\n');
  return {
    after,
    send: (event, data, id) =>
      write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    comment: () => write(':\n\n'),
    end: () => void stream.end(),
  };
}
