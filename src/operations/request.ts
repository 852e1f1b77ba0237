import { z } from 'zod';
import { canDecode } from '../config/index.ts';
import { Problem } from '../documents/index.ts';
import { AppError, type ErrorDetails, hasCode, usageError } from '../errors.ts';
import { planOf } from '../ledger/index.ts';
import { OWN_AGENT } from './operations.ts';

export type ServerSignIn = { user: string; password: string } | { token: string };

/** Asks for a path under /api, and decodes the answer by the schema. Throws AppErrors. */
export type Ask = <Answer extends z.ZodType>(
  path: string,
  answer: Answer,
  sending?: Sending,
) => Promise<z.output<Answer>>;

type Sending = {
  method?: 'POST' | 'PATCH' | 'DELETE';
  json?: object;
  file?: Blob;
  /** Under it the server does this once: without an answer, it is sent once more. */
  key?: string;
};

const ANSWER_WITHIN_MS = 30_000;

export type Connection = {
  ask: Ask;
  /** The answer's body, for what is too large to be kept. Throws AppErrors. */
  download(path: string): AsyncIterable<Buffer>;
};

/** `base`: the address of its API. `headers`: what signs in there. */
type Server = { origin: string; base: string; headers: Record<string, string> };

/**
 * A connection to the server at that address. A name and a password in the address take precedence
 * over `signIn`. They are secret, so no error repeats the address as it was typed.
 *
 * Throws AppError `invalid_usage` when it is not the address of a server.
 */
export function connect(address: string, signIn: ServerSignIn | null): Connection {
  const url = readAddress(address);
  const { origin } = url;
  const base = `${origin}${url.pathname.replace(/\/$/, '')}/api`;
  const server = { origin, base, headers: authorization(url, signIn) };
  return {
    ask(path, answer, sending = {}) {
      const request = () => askOnce(server, path, answer, sending);
      return sending.key ? onceMore(request) : request();
    },
    async *download(path) {
      const { body } = await send(server, path, {});
      try {
        for await (const piece of body ?? []) yield Buffer.from(piece);
      } catch (error) {
        throw failed(sentTo(server, path, {}), error);
      }
    },
  };
}

const sentTo = ({ origin }: Server, path: string, { method }: Sending): Sent => ({
  server: origin,
  path,
  isChange: method !== undefined,
});

async function send(server: Server, path: string, sending: Sending, withinMs?: number) {
  const { method, json, file, key } = sending;
  const body = file ?? (json && JSON.stringify(json));
  const type = file ? 'text/csv' : 'application/json';
  const response = await fetch(`${server.base}${path}`, {
    ...(method ? { method } : {}),
    ...(body ? { body } : {}),
    headers: {
      'user-agent': OWN_AGENT,
      ...server.headers,
      ...(body ? { 'content-type': type } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
    },
    // A redirect could lead the password elsewhere.
    redirect: 'error',
    ...(withinMs ? { signal: AbortSignal.timeout(withinMs) } : {}),
  }).catch((error) => {
    throw failed(sentTo(server, path, sending), error);
  });
  if (response.ok) return response;
  throw await problemOf(response, sentTo(server, path, sending));
}

async function askOnce<Answer extends z.ZodType>(
  server: Server,
  path: string,
  answer: Answer,
  sending: Sending,
): Promise<z.output<Answer>> {
  const sent = sentTo(server, path, sending);
  const response = await send(server, path, sending, sending.file ? undefined : ANSWER_WITHIN_MS);
  const text = await response.text().catch((error) => {
    throw failed(sent, error);
  });
  const decoded = z.safeDecode(answer, parsed(text) as z.input<typeof answer>);
  if (decoded.success) return decoded.data;
  throw noAnswer(sent, 'its answer is not a document of this version of the program');
}

/** Repeats a request without an answer. */
function onceMore<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  return request().catch((error) => {
    if (!hasCode(error, 'no_answer')) throw error;
    // Whatever a second refusal says, the first request may have been done.
    return request().catch(() => {
      throw error;
    });
  });
}

function readAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (canDecode(url) && /^https?:$/.test(url.protocol)) return url;
  throw usageError(
    '--server is not the address of a server, such as http://127.0.0.1:3000. A special ' +
      'character in its user or password must be percent-encoded: %25 for %.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function authorization(
  { username, password }: URL,
  signIn: ServerSignIn | null,
): Record<string, string> {
  const given = username
    ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
    : signIn;
  if (!given) return {};
  if ('token' in given) return { authorization: `Bearer ${given.token}` };
  const encoded = Buffer.from(`${given.user}:${given.password}`).toString('base64');
  return { authorization: `Basic ${encoded}` };
}

async function problemOf(response: Response, sent: Sent): Promise<AppError> {
  const problem = Problem.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) {
    return noAnswer(sent, `status ${response.status}, and not from this program`);
  }
  const { code, message, ...details } = problem.data.error;
  if (code === 'not_signed_in') {
    const how = 'Set WEB_USER and WEB_PASSWORD to your name and password on that server';
    const or = isForPersons(sent) ? '' : ', or name the file of a token: --token-file FILE';
    return new AppError(code, `The server at ${sent.server} did not let you in. ${how}${or}.`);
  }
  // They are only shown.
  return new AppError(code, message.split('\n'), details as ErrorDetails[typeof code]);
}

type Sent = { server: string; path: string; isChange: boolean };

/** A token may look at approvals, and gives none. */
const isForPersons = ({ path, isChange }: Sent): boolean =>
  isChange && path.startsWith('/approvals/');

const CHECK = 'Check its address, and that "up" or "serve" is running there.';

/** A request that failed. The message says that it did not arrive only when nothing was sent. */
export function failed(sent: Sent, error: unknown): AppError {
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  const reason = name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message);
  if (!isUnsent(cause)) return noAnswer(sent, reason ?? name);
  const { server } = sent;
  const message = `The server at ${server} cannot be reached (${reason}). ${CHECK}`;
  return new AppError('server_down', message, { server, reason: reason ?? name });
}

/** The server may have done what was asked. Look before asking again. */
function noAnswer({ server, path, isChange }: Sent, reason: string): AppError {
  const what = `The server at ${server} gave no clear answer (${reason}).`;
  if (!isChange) return new AppError('server_down', `${what} ${CHECK}`, { server, reason });
  const message = `${what} It may have done what was asked. Before you repeat it, look at "`;
  return new AppError('no_answer', `${message}${whereToLook(path)}".`, { server, reason });
}

/** Whether there was no connection yet. */
function isUnsent(cause: unknown): boolean {
  const { syscall, code, errors } = Object(cause) as NodeJS.ErrnoException & { errors?: unknown[] };
  // One for each address of the name.
  if (errors?.length) return errors.every(isUnsent);
  return ['connect', 'getaddrinfo'].includes(syscall ?? '') || code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** The command that shows whether it was done. */
function whereToLook(path: string): string {
  const [, what, id = '', part] = path.replace(/\?.*/, '').split('/').map(decodeURIComponent);
  if (what === 'orders') return `show ${planOf(Number(id))}`;
  if (what === 'accounts') {
    const list = part === 'strays' ? 'strays' : part === 'lost-plans' ? 'lost' : 'account';
    return `${list} ${id}`;
  }
  if (what === 'plans' && id !== '') return `show ${id}`;
  return what === 'tokens' ? 'token list' : String(what);
}
