import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import {
  type AccountState,
  accountState,
  listAccounts,
  noteEvent,
  planOf,
} from '../ledger/index.ts';
import { type OrderQueue, queueName } from '../queue/index.ts';
import { actor } from './actor.ts';
import type { WebContext } from './context.ts';
import { ASSETS } from './pages/index.ts';
import { problemOf } from './problem.ts';

const PATH = '/queues';

/** Its page has a few styles in it; its link to fonts elsewhere is taken out of it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'self'",
].join('; ');

/** As long as fits on the page. */
const DESCRIPTION =
  'Unknown orders are on the page "Unknown", not under Failed. Each job links to its plan.';

const OTHERS_BUSINESS = /\/(add|update-data|rate-limit|concurrency)\b/;
const WHOSE_BUSINESS =
  'Jobs and their pace come from the ledger: start a plan, or set the pace on the page "Accounts".';

/**
 * Bull Board for whoever runs the program: every account's queue. Its buttons may do to the queue
 * what they like, since the right to buy comes from the ledger; but what a job is and how fast they go
 * is not its business. It is not read-only: a queue that was paused, there or past us, is resumed there.
 *
 * Queues are opened when somebody looks, so that the rest of the web works while Redis is away. The
 * embedded ones are opened at once, while nobody else uses the one connection that there is.
 */
export async function addBoard(app: FastifyInstance, context: WebContext): Promise<void> {
  const server = new FastifyAdapter();
  const board = createBullBoard({
    queues: [],
    serverAdapter: server,
    options: {
      uiConfig: {
        boardTitle: 'bulk-order queues',
        hideDocsLink: true,
        // It has neither a port nor clients.
        hideRedisDetails: context.ledger.kind === 'embedded',
        miscLinks: [
          { text: 'Plans', url: '/' },
          { text: 'Unknown', url: '/unknown' },
        ],
      },
      handlerHooks: {
        before: async ({ method, route }) =>
          method !== 'get' && OTHERS_BUSINESS.test(route)
            ? { allow: false, status: 403, message: WHOSE_BUSINESS }
            : undefined,
      },
    },
  });
  // Its own would answer 500 to whoever has not signed in, and tell what went wrong within us.
  server.setErrorHandler((error) => {
    const { status, message } = problemOf(error, context.log);
    // Its types know fewer statuses than there are.
    return {
      status: status as 500,
      body: { error: { key: 'ERRORS.INTERNAL_SERVER_ERROR' }, message },
    };
  });
  const shown = new Set<OrderQueue>();

  async function openQueues(): Promise<void> {
    for (const { name } of await listAccounts(context.ledger)) {
      const opened = await context.queueOf(name);
      if (shown.has(opened)) continue;
      shown.add(opened);
      const options = { displayName: name, description: DESCRIPTION, externalJobUrl: planUrl };
      board.addQueue(new QueueOfAccount(opened.queue, options, () => workersOf(name)));
    }
  }

  const workersOf = async (name: string) => (await accountState(context.ledger, name)).workers;

  if (context.ledger.kind === 'embedded') await openQueues();
  await app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply, body) =>
      String(reply.getHeader('content-type')).includes('text/html') && typeof body === 'string'
        ? ourStyle(body)
        : body,
    );
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('content-security-policy', POLICY);
      if (request.url.startsWith(`${PATH}/api/`)) await openQueues();
    });
    // Who pressed what and when: a queue that is paused here stops buying, and somebody will ask.
    scope.addHook('onResponse', async (request, reply) => {
      const press = pressOf(request.method, request.url);
      if (!press || reply.statusCode >= 300) return;
      const account = (await listAccounts(context.ledger)).find(({ name }) => press.is(name));
      if (!account) return;
      const { kind, detail } = press;
      const event = { kind, who: actor(request, context), accountId: account.id, detail };
      await noteEvent(context.ledger, event).catch((err) =>
        context.log.warn({ err, kind }, 'a press on the board was not noted'),
      );
    });
    await scope.register(server.registerPlugin(), { prefix: PATH });
  });
}

/** A button of Bull Board that changes a queue; null for what only looks. */
function pressOf(method: string, url: string) {
  if (method === 'GET' || method === 'HEAD') return null;
  const [, queue, button] = /^\/queues\/api\/queues\/([^/]+)\/([^?]+)/.exec(url) ?? [];
  if (!queue || !button) return null;
  const kinds: Record<string, string> = { pause: 'queue_paused', resume: 'queue_resumed' };
  return {
    kind: kinds[button] ?? 'queue_changed',
    detail: { button: decodeURIComponent(button) },
    is: (account: string) => queueName(account) === decodeURIComponent(queue),
  };
}

type Workers = AccountState['workers'];

/** Jobs here have no children: the word would push others off the page. */
const STATUSES_UNUSED = ['waiting-children'];

/**
 * Its workers are those that the ledger has heard of. BullMQ knows them by their connections to Redis
 * only, and would say of a queue in the database that nobody works there.
 */
class QueueOfAccount extends BullMQAdapter {
  readonly #workers: () => Promise<Workers>;

  constructor(
    queue: OrderQueue['queue'],
    options: ConstructorParameters<typeof BullMQAdapter>[1],
    workers: () => Promise<Workers>,
  ) {
    super(queue, options);
    this.#workers = workers;
  }

  /** Its pace is set on the page "Accounts"; what is set here is only how far ahead jobs are handed out. */
  override get supportsGlobalRateLimit() {
    return false;
  }

  /** It is there most of the time, for the pace: nobody need act on it. */
  override async getActiveRateLimitTtl() {
    return 0;
  }

  override getJobStatuses() {
    return super.getJobStatuses().filter((status) => !STATUSES_UNUSED.includes(status));
  }

  override async getJobs(...asked: Parameters<BullMQAdapter['getJobs']>) {
    return (await super.getJobs(...asked)).map(withoutTakes);
  }

  override async getJob(id: string) {
    const job = await super.getJob(id);
    return job && withoutTakes(job);
  }

  override async getWorkers() {
    return (await this.#workers()).map(({ name }) => ({ id: name, name, addr: '', age: 0 }));
  }
}

/**
 * "41 started" is no number of orders, nor of requests: so often a worker took the job up, and put it
 * back because it was not its turn.
 */
function withoutTakes<Job extends { toJSON(): object }>(job: Job): Job {
  const toJSON = job.toJSON.bind(job);
  return Object.assign(job, { toJSON: () => ({ ...toJSON(), attemptsStarted: 0 }) });
}

/**
 * No request leaves the machine: the policy forbids it, and what is not asked for is no complaint.
 * The style of ours takes out what the board would refuse.
 */
function ourStyle(page: string): string {
  return page
    .replace(/<link\b[^>]*\bhref="https?:[^>]*>/g, '')
    .replace('</head>', `<link href="${ASSETS}board.css" rel="stylesheet"></head>`);
}

/** A job carries its order's id and nothing else; whoever adds one by hand may write what he likes. */
function planUrl({ data }: { data: unknown }) {
  const order = (data as { order?: unknown } | null)?.order;
  if (!Number.isSafeInteger(order)) return { href: '/', displayText: 'Plans' };
  const plan = planOf(order as number);
  return { href: `/plans/${plan}`, displayText: `Plan ${plan}` };
}
