import { z } from 'zod';
import { Problem } from '../api-schema/index.ts';
import { canDecode } from '../config/index.ts';
import { AppError, type ErrorDetails, usageError } from '../errors.ts';
import { OWN_AGENT } from './own-agent.ts';

/** By name and password, or by a token. */
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
  /** A plan's file. */
  file?: Blob;
};

const ANSWER_WITHIN_MS = 30_000;

export type Connection = {
  ask: Ask;
  /** The answer's body, for what is too large to be kept. */
  download(path: string): Promise<ReadableStream<Uint8Array>>;
};

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
  const headers = authorization(url, signIn);

  async function send(path: string, { method, json, file }: Sending, withinMs?: number) {
    const body = file ?? (json && JSON.stringify(json));
    const type = file ? 'text/csv' : 'application/json';
    const response = await fetch(`${base}${path}`, {
      ...(method ? { method } : {}),
      ...(body ? { body } : {}),
      headers: { 'user-agent': OWN_AGENT, ...headers, ...(body ? { 'content-type': type } : {}) },
      // A redirect could lead the password elsewhere.
      redirect: 'error',
      ...(withinMs ? { signal: AbortSignal.timeout(withinMs) } : {}),
    }).catch((error) => {
      throw awayError(origin, reasonOf(error));
    });
    if (response.ok) return response;
    throw await problemOf(response, origin);
  }

  return {
    async ask(path, answer, sending = {}) {
      const response = await send(path, sending, sending.file ? undefined : ANSWER_WITHIN_MS);
      const text = await response.text().catch((error) => {
        throw awayError(origin, reasonOf(error));
      });
      const decoded = z.safeDecode(answer, parsed(text) as z.input<typeof answer>);
      if (decoded.success) return decoded.data;
      throw awayError(origin, 'its answer is not a document of this version of the program');
    },
    async download(path) {
      const { body } = await send(path, {});
      return body ?? new ReadableStream();
    },
  };
}

function readAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (canDecode(url) && /^https?:$/.test(url.protocol)) return url;
  throw usageError(
    '--server is not the address of a server, such as http://127.0.0.1:3000. A special ' +
      'character in its user or password must be percent-encoded: %25 for %.',
  );
}

/** Undefined when the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function authorization({ username, password }: URL, signIn: ServerSignIn | null) {
  const given = username
    ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
    : signIn;
  if (!given) return {};
  if ('token' in given) return { authorization: `Bearer ${given.token}` };
  const encoded = Buffer.from(`${given.user}:${given.password}`).toString('base64');
  return { authorization: `Basic ${encoded}` };
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? name);
}

function awayError(server: string, reason: string): AppError {
  const message =
    `The server at ${server} cannot be reached (${reason}). ` +
    'Check its address, and that "up" or "serve" is running there.';
  return new AppError('server_down', message, { server, reason });
}

async function problemOf(response: Response, origin: string): Promise<AppError> {
  const problem = Problem.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) {
    return awayError(origin, `status ${response.status}, and not from this program`);
  }
  const { code, message, ...details } = problem.data.error;
  if (code === 'not_signed_in') {
    const how = 'Set WEB_USER and WEB_PASSWORD to yours there, or say --token-file FILE.';
    return new AppError(code, `The server at ${origin} does not know you. ${how}`);
  }
  // They are only shown.
  return new AppError(code, message.split('\n'), details as ErrorDetails[typeof code]);
}
