import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts';

export type SignIn = { user: string; password: string };

/** Asks a server's API: a path under /api and what is sent; throws AppErrors, its own included. */
export type Ask = <Answer>(path: string, sending?: Sending) => Promise<Answer>;

type Sending = {
  method?: 'POST' | 'PATCH';
  json?: object;
  /** A plan's file. */
  file?: Blob;
};

/** By this a server knows that a command asks, and answers in a command's words. */
export const OWN_AGENT = 'bulk-order';

const ANSWER_WITHIN_MS = 30_000;

export type Connection = {
  ask: Ask;
  /** The answer's body, for what is too large to be kept. */
  download(path: string): Promise<ReadableStream<Uint8Array>>;
};

/**
 * A way to talk to the server at that address. The name and the password in it go before those that
 * are given, and are told to nobody else: no error repeats the address as it was written.
 *
 * Throws AppError `invalid_usage` when it is no address of a server.
 */
export function connect(address: string, signIn: SignIn | null): Connection {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new AppError(
      'invalid_usage',
      '--server is not the address of a server, such as http://127.0.0.1:3000.',
    );
  }
  const base = `${url.origin}${url.pathname.replace(/\/$/, '')}/api`;
  const headers = authorization(url, signIn);

  async function send(path: string, { method, json, file }: Sending, withinMs?: number) {
    const body = file ?? (json && JSON.stringify(json));
    const type = file ? 'text/csv' : 'application/json';
    const response = await fetch(`${base}${path}`, {
      ...(method ? { method } : {}),
      ...(body ? { body } : {}),
      headers: { 'user-agent': OWN_AGENT, ...headers, ...(body ? { 'content-type': type } : {}) },
      // Not to be led elsewhere with the password.
      redirect: 'error',
      ...(withinMs ? { signal: AbortSignal.timeout(withinMs) } : {}),
    }).catch((error) => {
      throw isAway(url!.origin, reasonOf(error));
    });
    if (response.ok) return response;
    throw await problemOf(response, url!.origin);
  }

  return {
    async ask<Answer>(path: string, sending: Sending = {}) {
      const response = await send(path, sending, sending.file ? undefined : ANSWER_WITHIN_MS);
      const text = await response.text().catch((error) => {
        throw isAway(url.origin, reasonOf(error));
      });
      try {
        return JSON.parse(text, withDates) as Answer;
      } catch {
        throw isAway(url.origin, 'its answer is not a document of this program');
      }
    },
    async download(path) {
      const { body } = await send(path, {});
      return body ?? new ReadableStream();
    },
  };
}

function authorization({ username, password }: URL, signIn: SignIn | null) {
  const given = username
    ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
    : signIn;
  if (!given) return {};
  const encoded = Buffer.from(`${given.user}:${given.password}`).toString('base64');
  return { authorization: `Basic ${encoded}` };
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? name);
}

function isAway(origin: string, reason: string): AppError {
  return new AppError(
    'server_down',
    `The server at ${origin} cannot be reached (${reason}). Check its address, and that "up" or "serve" is running there.`,
    { server: origin, reason },
  );
}

async function problemOf(response: Response, origin: string): Promise<AppError> {
  const { error } = (await response.json().catch(() => ({}))) as {
    error?: { code: string; message: string };
  };
  if (!error || !(error.code in ERROR_CODES)) {
    return isAway(origin, `status ${response.status}, and not from this program`);
  }
  const { code, message, ...details } = error;
  if (code === 'not_signed_in') {
    const how = 'Set WEB_USER and WEB_PASSWORD to those of the server.';
    return new AppError(
      'not_signed_in',
      `The server at ${origin} does not know you. ${how}`,
      details,
    );
  }
  return new AppError(code as ErrorCode, message.split('\n'), details);
}

const TIMES = new Set(['at', 'submittedAt', 'startedAt', 'endedAt', 'sentAt', 'resumeAt', 'until']);

function withDates(key: string, value: unknown): unknown {
  return TIMES.has(key) && typeof value === 'string' ? new Date(value) : value;
}
