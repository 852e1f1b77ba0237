import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { createServer, serverUrl } from '../node-http.ts';
import { exposition } from './facts.ts';
import type { Meters } from './meters.ts';
import { type Monitored, requireServing } from './serving.ts';

type ProbesOptions = Monitored & {
  host: string;
  /** 0: any free port. */
  port: number;
  meters: Meters;
  log: Log;
  /** A sentence when the process should be restarted. */
  whyStuck?: () => string | null;
};

/**
 * Serves a cluster's questions without sign-in: `/healthz`, `/readyz` and `/metrics`. It shows
 * counts, no number or plan, and changes nothing. Throws AppError `bad_config` when it cannot
 * listen.
 */
export async function openProbes(options: ProbesOptions) {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return tell(response, 405, { error: 'Only GET and HEAD are answered here.' });
    }
    const path = request.url?.split('?')[0] ?? '';
    answer(path, response, options).catch((err) => {
      options.log.error({ err }, 'a probe failed by a fault of this program');
      tell(response, 500, { error: 'A fault of this program; the log says more.' });
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A later error, as when no more files may be opened, must not end what is being watched.
  server.on('error', reject).listen(options.port, options.host, resolve);
  await promise.catch((error) => {
    throw cannotListen(options, error);
  });
  return {
    /** Its address, without a slash at the end. */
    url: serverUrl(server.address() as AddressInfo),
    async close(): Promise<void> {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function answer(path: string, response: ServerResponse, options: ProbesOptions) {
  switch (path) {
    case '/healthz': {
      const why = options.whyStuck?.() ?? null;
      return tell(response, why ? 503 : 200, why ? { alive: false, why } : { alive: true });
    }
    case '/readyz':
      return requireServing(options).then(
        () => tell(response, 200, { ready: true }),
        (error) => {
          if (!(error instanceof AppError)) throw error;
          tell(response, 503, { ready: false, code: error.code, why: error.message });
        },
      );
    case '/metrics': {
      const { type, text } = await exposition(options, options.meters);
      response.writeHead(200, { 'content-type': type }).end(text);
      return;
    }
    default:
      tell(response, 404, { error: 'There are /healthz, /readyz and /metrics.' });
  }
}

function tell(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function cannotListen({ host, port }: ProbesOptions, cause: NodeJS.ErrnoException): AppError {
  const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.code;
  return new AppError(
    'bad_config',
    `The probes cannot listen on ${host}, port ${port}: ${why}. ` +
      'Set HEALTH_PORT to a free port above 1023 and HOST to an address of this machine, ' +
      'or unset HEALTH_PORT.',
    { host, port },
    { cause },
  );
}
