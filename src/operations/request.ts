import { z } from 'zod';
import { canDecode } from '../config/index.ts';
import { Problem } from '../documents/index.ts';
import { AppError, type ErrorDetails, hasCode, usageError } from '../errors.ts';
import { type Asked, failed, noAnswer } from './no-answer.ts';
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
  /** Under it the server does this once: without an answer, it is sent once more. */
  key?: string;
};

const ANSWER_WITHIN_MS = 30_000;

export type Connection = {
  ask: Ask;
  /** The answer's body, for what is too large to be kept. Throws AppErrors. */
  download(path: string): AsyncIterable<Buffer>;
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

  const askedOf = (path: string, { method }: Sending = {}): Asked => ({
    server: origin,
    path,
    isChange: method !== undefined,
  });

  async function send(path: string, sending: Sending, withinMs?: number) {
    const { method, json, file, key } = sending;
    const body = file ?? (json && JSON.stringify(json));
    const type = file ? 'text/csv' : 'application/json';
    const response = await fetch(`${base}${path}`, {
      ...(method ? { method } : {}),
      ...(body ? { body } : {}),
      headers: {
        'user-agent': OWN_AGENT,
        ...headers,
        ...(body ? { 'content-type': type } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      // A redirect could lead the password elsewhere.
      redirect: 'error',
      ...(withinMs ? { signal: AbortSignal.timeout(withinMs) } : {}),
    }).catch((error) => {
      throw failed(askedOf(path, sending), error);
    });
    if (response.ok) return response;
    throw await problemOf(response, askedOf(path, sending));
  }

  const askOnce: Ask = async (path, answer, sending = {}) => {
    const asked = askedOf(path, sending);
    const response = await send(path, sending, sending.file ? undefined : ANSWER_WITHIN_MS);
    const text = await response.text().catch((error) => {
      throw failed(asked, error);
    });
    const decoded = z.safeDecode(answer, parsed(text) as z.input<typeof answer>);
    if (decoded.success) return decoded.data;
    throw noAnswer(asked, 'its answer is not a document of this version of the program');
  };

  return {
    ask(path, answer, sending) {
      const request = () => askOnce(path, answer, sending);
      return sending?.key ? onceMore(request) : request();
    },
    async *download(path) {
      const { body } = await send(path, {});
      try {
        for await (const piece of body ?? []) yield Buffer.from(piece);
      } catch (error) {
        throw failed(askedOf(path), error);
      }
    },
  };
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

async function problemOf(response: Response, asked: Asked): Promise<AppError> {
  const problem = Problem.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) {
    return noAnswer(asked, `status ${response.status}, and not from this program`);
  }
  const { code, message, ...details } = problem.data.error;
  if (code === 'not_signed_in') {
    const how =
      'Set WEB_USER and WEB_PASSWORD to your name and password on that server, or name the ' +
      'file of a token: --token-file FILE.';
    return new AppError(code, `The server at ${asked.server} did not let you in. ${how}`);
  }
  // They are only shown.
  return new AppError(code, message.split('\n'), details as ErrorDetails[typeof code]);
}
