import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { usageError } from '../../errors.ts';
import { findPlan } from '../../ledger/index.ts';
import { whileSignedIn } from '../security/sign-in.ts';
import { afterId, fileOf, planId } from './requests.ts';
import { type ApiRoutes, routesOf } from './route.ts';
import { type Listener, PlanWatches } from './watch.ts';

const route = routesOf('Plans');

/** A reader with this many unread bytes is cut off. When it comes back, it gets the whole plan. */
const UNREAD_MAX = 1_000_000;
const LINES_MAX = 100;

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
          'First `plan` with the whole document, then at most twice a second when it has ' +
          'changed; `event` for what happens besides orders; `bucket` for the newest moment of ' +
          'its progress; `lines` for the lines asked for, first all of them, then those that ' +
          'changed.',
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
          lines: z
            .string()
            .regex(/^\d{1,9}-\d{1,9}$/, 'it must be two line numbers, such as 2-51')
            .optional()
            .describe(`lines to watch, such as 2-51: at most ${LINES_MAX}`),
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
      const { lines, after } = request.query;
      const range = readRange(lines);
      await findPlan(context.ledger, id);
      const stream = new PassThrough();
      const heard = request.headers['last-event-id']?.split('.')[1];
      const seen = after ?? (heard === undefined ? null : Number(heard));
      const leave = watches.join(id, listenerOn(stream, range, seen));
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

function listenerOn(stream: PassThrough, lines: Listener['lines'], after: number | null): Listener {
  const write = (text: string) => {
    stream.write(text);
    if (stream.writableLength + stream.readableLength > UNREAD_MAX) stream.destroy();
  };
  // How long a reader waits before it connects again, ms.
  write('retry: 2000\n\n');
  return {
    lines,
    after,
    send(event, data, id) {
      const name = id === undefined ? '' : `id: ${id}\n`;
      write(`${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    comment: () => write(':\n\n'),
    end: () => void stream.end(),
  };
}

function readRange(text: string | undefined): Listener['lines'] {
  if (text === undefined) return null;
  const [from = 0, to = 0] = text.split('-').map(Number);
  if (from <= to && to - from < LINES_MAX) return { from, to };
  throw usageError(
    `lines is "${text}": it must be at most ${LINES_MAX} lines, the first number first.`,
  );
}
