import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { usageError } from '../../errors.ts';
import { findPlan } from '../../ledger/index.ts';
import type { Asked, WebContext } from '../context.ts';
import { whileSignedIn } from '../security/sign-in.ts';
import { afterId, fileOf, planId } from './requests.ts';
import { addRoutes, routesOf } from './route.ts';
import { type Listener, openWatches, type PlanWatches } from './watch.ts';

const route = routesOf('Plans');

/** A reader with this many unread bytes is cut off. When it comes back, it gets the whole plan. */
const UNREAD_MAX = 1_000_000;
const LINES_MAX = 100;

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
const Query = z.strictObject({
  lines: z
    .string()
    .regex(/^\d{1,9}-\d{1,9}$/, 'it must be two line numbers, such as 2-51')
    .optional()
    .describe(`lines to watch, such as 2-51: at most ${LINES_MAX}`),
  after: afterId.optional().describe('the last event received'),
});

export function addEvents(app: FastifyInstance, context: WebContext): void {
  const watches = openWatches(context);
  app.addHook('preClose', async () => watches.close());
  const watchPlan = route('view', 'watchPlan', 'GET /plans/:id/events', {
    summary: 'What happens to a plan, as server-sent events',
    description:
      'First `plan` with the whole document, then at most twice a second when it has ' +
      'changed; `event` for what happens besides orders; `bucket` for the newest moment of ' +
      'its progress; `lines` for the lines asked for, first all of them, then those that ' +
      'changed.',
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
  const lines = readRange(request.query.lines);
  const { id } = await findPlan(context.ledger, request.params.id);
  const heard = request.headers['last-event-id']?.split('.')[1];
  const after = request.query.after ?? (heard === undefined ? null : Number(heard));
  const events = new PassThrough();
  const leave = watches.join(id, listenerOn(events, lines, after));
  const stopLooking = whileSignedIn(request, () => void events.end());
  events.once('close', () => {
    leave();
    stopLooking();
  });
  return (
    reply
      .header('content-type', 'text/event-stream')
      // Otherwise proxies collect it before they send it.
      .header('x-accel-buffering', 'no')
      .send(events)
  );
}

function listenerOn(events: PassThrough, lines: Listener['lines'], after: number | null): Listener {
  const write = (text: string) => {
    events.write(text);
    if (events.writableLength + events.readableLength > UNREAD_MAX) events.destroy();
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
    end: () => void events.end(),
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
