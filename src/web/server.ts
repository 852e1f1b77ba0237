import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { isLoopbackHost, type ProxyAddresses } from '../config/index.ts';
import { AppError } from '../errors.ts';
import { exposition, requireServing } from '../monitor/index.ts';
import { serverUrl } from '../node-http.ts';
import type { Directory } from '../people/index.ts';
import { addApi } from './api/index.ts';
import { addBoard } from './board.ts';
import { compressAnswers, readCompressedBodies } from './compression.ts';
import type { WebContext } from './context.ts';
import { answerOtherMethods } from './methods.ts';
import { addPages } from './pages/index.ts';
import { answerProblems, problemOf, tell } from './problem.ts';
import { Authenticator } from './security/authenticator.ts';
import { setHeaders } from './security/headers.ts';
import { refuseOtherSites, requireKnownHost } from './security/other-sites.ts';
import { requireRoles } from './security/roles.ts';
import { requireSignIn } from './security/sign-in.ts';
import { refuseUnstorable } from './storable.ts';
import { removeOldUploads } from './uploads.ts';

export type WebOptions = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Read at each request. With nobody in it nobody has to sign in, on loopback only. */
  people: Directory;
  /** The proxies that are believed to have signed people in. */
  proxies?: ProxyAddresses | null;
  /** Whether the board has its buttons; null: unless there is a USERS_FILE. */
  boardControls?: boolean | null;
  limits?: Partial<typeof LIMITS>;
};

export type Web = Awaited<ReturnType<typeof openWeb>>;

const LIMITS = {
  /** The most bytes of a plan, and of any other body. */
  uploadBytes: 50_000_000,
  bodyBytes: 64 * 1024,
  /** Time for a request's head, and for all of it: 50 MB take 7 minutes at 1 Mbit/s. */
  headMs: 10_000,
  requestMs: 600_000,
  /** How long a body may pause, and an answer stay unread. */
  stallMs: 20_000,
};

/** Fastify would load a hundred modules for its own compilers, and its types know only those. */
const ZOD_SCHEMAS = {
  compilersFactory: {
    buildValidator: () => validatorCompiler,
    buildSerializer: () => serializerCompiler,
  },
} as unknown as NonNullable<FastifyServerOptions['schemaController']>;

const CLOSE_WITHIN_MS = 3_000;
const SWEEP_UPLOADS_MS = 600_000;

/** Throws AppError `bad_config` when it cannot listen, or when strangers could reach it. */
export async function openWeb(context: WebContext, options: WebOptions) {
  refuseOpenDoor(options);
  const { app, routes } = await buildApp(context, options);
  await removeOldUploads(context);
  const sweeping = setInterval(() => void removeOldUploads(context), SWEEP_UPLOADS_MS).unref();
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    clearInterval(sweeping);
    await app.close();
    throw cannotListen(options, error as NodeJS.ErrnoException);
  }
  return {
    /** Without a slash at the end. */
    url: serverUrl(app.server.address() as AddressInfo),
    /** All routes, and who may ask for each. */
    routes: routes(),
    /** Ends event streams, waits up to 3 s for requests, then cuts the rest. */
    async close(): Promise<void> {
      clearInterval(sweeping);
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS);
      await app.close();
      clearTimeout(cut);
    },
  };
}

async function buildApp(context: WebContext, options: WebOptions) {
  const limits = { ...LIMITS, ...options.limits };
  const app = Fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    genReqId: requestId,
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: ZOD_SCHEMAS,
    http: {
      headersTimeout: limits.headMs,
      connectionsCheckingInterval: Math.min(limits.headMs, 5_000),
      maxHeaderSize: 16 * 1024,
    },
    // No hook runs for a path that cannot be decoded.
    frameworkErrors: (error, { id }, reply) =>
      tell(reply, problemOf(error, context.log.child({ request: id }))),
  });
  app.decorate('uploadBytes', limits.uploadBytes);
  // Sign-in comes before anything that shows which paths exist.
  await setHeaders(app);
  const routes = requireRoles(app);
  const authenticator = new Authenticator(context, {
    directory: options.people,
    proxies: options.proxies ?? null,
  });
  requireKnownHost(app, options.host, authenticator.isLocked);
  requireSignIn(app, authenticator);
  refuseOtherSites(app);
  dropStalled(app, limits.stallMs);
  answerOtherMethods(app, routes);
  readCompressedBodies(app);
  refuseUnstorable(app);
  compressAnswers(app);
  answerProblems(app, context.log, tell);
  addHealth(app, context);
  await addBoard(app, context, options.boardControls ?? !authenticator.hasSignInPage);
  await app.register(addApi, { prefix: '/api', context });
  await app.register((pages) => addPages(pages, context, authenticator));
  return { app, routes };
}

/** The caller's own id of the request where it is fit for a log, so that both sides find it. */
function requestId({ headers }: IncomingMessage): string {
  const own = headers['x-request-id'];
  return typeof own === 'string' && /^[\w.:/+=-]{1,100}$/.test(own) ? own : randomUUID();
}

/**
 * Drops connections that stop in the middle of a body, or that do not read their answer. They stay
 * while the server has nothing to send: an answer may take long, and event streams have no end.
 */
function dropStalled(app: FastifyInstance, stallMs: number): void {
  app.addHook('onRequest', async ({ raw: request }, { raw: response }) => {
    response.setTimeout(stallMs, () => {
      if (!request.complete || response.writableLength > 0) response.destroy();
    });
  });
}

function addHealth(app: FastifyInstance, context: WebContext): void {
  app.get('/healthz', { config: { role: 'anyone' } }, async () => ({ alive: true }));
  app.get('/readyz', { config: { role: 'view' } }, async () => {
    await requireServing(context);
    return { ready: true };
  });
  app.get('/metrics', { config: { role: 'view' } }, async (_request, reply) => {
    const { type, text } = await exposition(context, context.meters);
    return reply.type(type).send(text);
  });
}

function refuseOpenDoor({ host, people }: WebOptions): void {
  if (people.webUser || people.users || isLoopbackHost(host)) return;
  throw new AppError(
    'bad_config',
    `HOST is ${host}, which others can reach, and nobody would have to sign in. ` +
      'Set USERS_FILE, or WEB_USER and WEB_PASSWORD, or leave HOST at 127.0.0.1.',
  );
}

function cannotListen({ host, port }: WebOptions, error: NodeJS.ErrnoException): AppError {
  const why =
    error.code === 'EADDRINUSE'
      ? 'another program listens there. Set PORT to a free one, or to 0 for any'
      : error.code === 'EACCES'
        ? 'this user may not open that port. Set PORT to one above 1023'
        : `${error.code ?? error.message}. HOST must be an address of this machine`;
  return new AppError(
    'bad_config',
    `The web cannot listen on ${host}, port ${port}: ${why}.`,
    { host, port },
    { cause: error },
  );
}
