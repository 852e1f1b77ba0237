import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { accountState, listAccounts, noteEvent, planOf } from '../ledger/index.ts';
import { type OrderQueue, queueName } from '../queue/index.ts';
import { actor } from './actor.ts';
import type { WebContext } from './context.ts';
import { ASSETS, problemPage } from './pages/index.ts';
import { problemOf } from './problem.ts';
import { roleOfAll } from './security/roles.ts';

const PATH = '/queues';
const { resolve } = createRequire(import.meta.url);

/** Bull Board's page has inline styles. `ourStyle` removes its link to fonts elsewhere. */
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

const DESCRIPTION =
  'Unknown orders are on the page "Unknown", not under Failed. Each job links to its plan.';

const FROM_LEDGER = /\/(add|update-data|rate-limit|concurrency)\b/;
const NOT_HERE =
  'Jobs and their pace come from the ledger: start a plan, or set the pace on the page "Accounts".';

/**
 * Bull Board for operators: every account's queue. Its buttons may change the queue, because the
 * right to buy comes from the ledger; but not what a job holds, and not the pace. Without
 * `hasControls` it is only looked at. With them, a queue that was paused there can be resumed.
 */
export async function addBoard(
  app: FastifyInstance,
  context: WebContext,
  hasControls: boolean,
): Promise<void> {
  const server = new FastifyAdapter();
  const openQueues = queueOpener(boardOn(server, context), context, hasControls);
  await app.register(async (scope) => {
    roleOfAll(scope, 'admin');
    scope.addHook('onSend', async (request, reply, body) => {
      // Before the answer: the next press is noted after this one.
      await notePress(context, request, reply);
      if (typeof body !== 'string') return body;
      if (String(reply.getHeader('content-type')).includes('text/html')) return ourStyle(body);
      const isRead = reply.statusCode === 403 && request.headers.accept?.includes('text/html');
      return isRead ? refusedPage(reply, body) : body;
    });
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('content-security-policy', POLICY);
      // By the route: an address can be written in many ways.
      const { url = '' } = request.routeOptions;
      if (!['GET', 'HEAD'].includes(request.method)) {
        if (!hasControls) throw readOnly();
        if (FROM_LEDGER.test(url)) throw new AppError('not_allowed', NOT_HERE);
      }
      if (url.startsWith(`${PATH}/api/`)) await openQueues();
    });
    await scope.register(server.registerPlugin(), { prefix: PATH });
  });
}

/** Opens queues at a look, so that the rest of the web works while Redis is away. */
function queueOpener(board: Board, { ledger, queueOf }: WebContext, hasControls: boolean) {
  const shown = new Set<OrderQueue>();
  return async () => {
    for (const { name } of await listAccounts(ledger)) {
      const opened = await queueOf(name);
      if (shown.has(opened)) continue;
      shown.add(opened);
      const options = {
        displayName: name,
        description: DESCRIPTION,
        externalJobUrl: planUrl,
        readOnlyMode: !hasControls,
      };
      const queue = new QueueOfAccount(opened.queue, options);
      // BullMQ finds workers by their connections to Redis: none for a queue in the database.
      queue.getWorkers = async () => {
        const { workers } = await accountState(ledger, name);
        return workers.map((worker) => ({ id: worker.name, name: worker.name, addr: '', age: 0 }));
      };
      board.addQueue(queue);
    }
  };
}

type Board = ReturnType<typeof boardOn>;

const readOnly = () =>
  new AppError(
    'not_allowed',
    'The board is only looked at here. With BOARD_CONTROLS=true admins may press its buttons.',
  );

/** For people who open the board in a browser and may not. */
function refusedPage(reply: FastifyReply, body: string): string {
  const { message } = JSON.parse(body) as { message: string };
  const page = problemPage({ status: 403, code: 'not_allowed', message });
  reply.type('text/html; charset=utf-8').removeHeader('content-length');
  return page;
}

function boardOn(server: FastifyAdapter, { ledger, log }: WebContext) {
  const board = createBullBoard({
    queues: [],
    serverAdapter: server,
    options: {
      uiBasePath: dirname(resolve('@bull-board/ui/package.json')),
      uiConfig: {
        boardTitle: 'bulk-order queues',
        hideDocsLink: true,
        // A queue in memory has neither a port nor clients.
        hideRedisDetails: ledger.kind === 'embedded',
        miscLinks: [
          { text: 'Plans', url: '/' },
          { text: 'Unknown', url: '/unknown' },
        ],
      },
    },
  });
  // After the board is made, which sets a handler of its own: that one answers 500
  // without a sign-in, and shows internal errors.
  server.setErrorHandler((error) => {
    const { status, code, message, details } = problemOf(error, log);
    // Its page shows the words of the key above the message beside it.
    const shown = { key: 'ERRORS.INTERNAL_SERVER_ERROR' };
    const body = { error: { code, message, ...details, ...shown }, message };
    // Its types know only some statuses.
    return { status: status as 500, body };
  });
  return board;
}

/** Writes down who pressed a button: a queue that is paused here stops buying. */
async function notePress(context: WebContext, request: FastifyRequest, reply: FastifyReply) {
  const press = pressOf(request.method, request.url);
  if (!press || reply.statusCode >= 300) return;
  const { kind, detail } = press;
  try {
    const accounts = await listAccounts(context.ledger);
    for (const { id: accountId } of accounts.filter(({ name }) => press.is(name)))
      await noteEvent(context.ledger, { kind, ...actor(request), accountId, detail });
  } catch (err) {
    context.log.warn({ err, kind }, 'a press on the board was not noted');
  }
}

/** The button of Bull Board that changes a queue; null for a request that only looks. */
function pressOf(method: string, url: string) {
  if (method === 'GET' || method === 'HEAD') return null;
  // As the router reads it.
  const path = decodeURIComponent(url.split('?')[0] ?? '').replace(/\/+$/, '');
  const [, , queue, button = ''] = /^\/queues\/api\/queues(\/([^/]+))?\/([^/].*)$/.exec(path) ?? [];
  if (button === '') return null;
  const kinds: Record<string, string> = { pause: 'queue_paused', resume: 'queue_resumed' };
  return {
    kind: kinds[button] ?? 'queue_changed',
    detail: { button },
    /** Without a queue it is the button for all. */
    is: (account: string) => queue === undefined || queueName(account) === queue,
  };
}

/** Jobs here have no children. */
const STATUSES_UNUSED = ['waiting-children'];

class QueueOfAccount extends BullMQAdapter {
  /** The pace is set on the page "Accounts". This limit says how far ahead jobs are given out. */
  override get supportsGlobalRateLimit() {
    return false;
  }

  /** It is set most of the time, because of the pace, and needs no action. */
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
}

/**
 * BullMQ counts how often a worker took a job, also when it put the job back because it was not its
 * turn. Shown as "41 started", that would look like orders or requests.
 */
function withoutTakes<Job extends { toJSON(): object }>(job: Job): Job {
  const toJSON = job.toJSON.bind(job);
  return Object.assign(job, { toJSON: () => ({ ...toJSON(), attemptsStarted: 0 }) });
}

/** Without links to other sites, and with our style, which hides buttons that are refused. */
function ourStyle(page: string): string {
  return page
    .replace(/<link\b[^>]*\bhref="https?:[^>]*>/g, '')
    .replace('</head>', `<link href="${ASSETS}board.css" rel="stylesheet"></head>`);
}

/** A job holds only its order's id; one that was added by hand may hold anything. */
function planUrl({ data }: { data: unknown }) {
  const order = (data as { order?: unknown } | null)?.order;
  if (!Number.isSafeInteger(order)) return { href: '/', displayText: 'Plans' };
  const plan = planOf(order as number);
  return { href: `/plans/${plan}`, displayText: `Plan ${plan}` };
}
