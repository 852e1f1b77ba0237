import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode, hasCode } from '../errors.ts';
import type { Log } from '../log.ts';

/** An error in the form of the command line's `--json`, with HTTP's status. */
export type Problem = {
  status: number;
  code: ErrorCode;
  message: string;
  details: object;
  retryAfterS?: number | undefined;
};

/** HTTP's status for each code; 5xx where the caller cannot fix it. */
const STATUS: Record<ErrorCode, number> = {
  invalid_usage: 400,
  not_signed_in: 401,
  not_allowed: 403,
  not_found: 404,
  duplicate_file: 409,
  idempotency_key_reused: 409,
  wrong_state: 409,
  over_limit: 409,
  against_evidence: 409,
  needs_approval: 409,
  not_confirmed: 409,
  too_large: 413,
  busy: 429,
  bad_file: 422,
  bad_plan: 422,
  internal: 500,
  bad_config: 500,
  no_file: 500,
  law_broken: 500,
  vendor_down: 502,
  server_down: 502,
  no_answer: 502,
  ledger_down: 503,
  ledger_newer: 503,
  ledger_broken: 503,
  ledger_in_use: 503,
  queue_down: 503,
  witness_down: 503,
};

/** Any error as a problem. A fault of this program is logged, and the answer hides its cause. */
export function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof AppError) {
    const { code, message, details }: AppError = error;
    const status = STATUS[code];
    if (status >= 500) log.error({ err: error }, 'a request failed');
    const retryAfterS = hasCode(error, 'busy') ? error.details.retryAfterS : undefined;
    return { status, code, message, details, retryAfterS };
  }
  const theirs = misuse(error as FastifyError);
  if (theirs) return theirs;
  log.error({ err: error }, 'a request failed by a fault of this program');
  return {
    status: 500,
    code: 'internal',
    message:
      'Something went wrong that this program did not foresee. The ledger is not affected. ' +
      'The log says more.',
    details: {},
  };
}

const LINGER_MS = 10_000;

/**
 * Reads and drops the rest of a request that is answered early, such as one that is too large. If
 * the connection were cut at once, the sender would lose the answer.
 */
export function lingerOn({ raw }: FastifyRequest): void {
  if (raw.complete) return;
  raw.resume();
  const cut = setTimeout(() => raw.destroy(), LINGER_MS).unref();
  raw.once('close', () => clearTimeout(cut));
}

export function answerProblems(
  app: FastifyInstance,
  log: Log,
  answer: (reply: FastifyReply, problem: Problem, request: FastifyRequest) => FastifyReply,
): void {
  app.setErrorHandler((error, request, reply) => {
    lingerOn(request);
    return answer(reply, problemOf(error, log.child({ request: request.id })), request);
  });
}

export function tell(
  reply: FastifyReply,
  { status, code, message, details, retryAfterS }: Problem,
) {
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  return reply.status(status).send({ error: { code, message, ...details } });
}

/** Errors of the framework: 4xx when the caller caused it. */
function misuse(error: FastifyError): Problem | undefined {
  const { statusCode: status = 500, validation, validationContext: where } = error;
  if (validation) {
    const place = PLACES[where ?? ''] ?? where;
    const faults = validation.map(({ instancePath, message }) => {
      const field = instancePath.slice(1).replaceAll('/', '.');
      return `${[place, field && `"${field}"`].filter(Boolean).join(', ')}: ${message}`;
    });
    const message = `The request was not understood. ${faults.join('. ')}.`.replace(/\.\.$/, '.');
    return { status: 400, code: 'invalid_usage', message, details: { faults } };
  }
  if (status < 400 || status > 499) return undefined;
  const code = status === 413 ? 'too_large' : status === 404 ? 'not_found' : 'invalid_usage';
  return { status, code, message: SENTENCES[error.code] ?? `${error.message}.`, details: {} };
}

const PLACES: Record<string, string> = {
  querystring: 'In the query',
  params: 'In the path',
  body: 'In the body',
  headers: 'In the headers',
};

const TOO_MANY_FIELDS = 'The form has more fields than any form here. Nothing was stored.';

const SENTENCES: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than such a request may be.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty, though its content type says JSON.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON that can be read.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE:
    'This content type is not understood here. Send a plan as text/csv or multipart/form-data, ' +
    'the form of a page as browsers do, and everything else as application/json.',
  FST_FILES_LIMIT: 'One file at a time: send each plan by itself. Nothing was stored.',
  FST_FIELDS_LIMIT: TOO_MANY_FIELDS,
  FST_PARTS_LIMIT: TOO_MANY_FIELDS,
  FST_PROTO_VIOLATION: 'The form has a field whose name cannot be used. Nothing was stored.',
  FST_INVALID_JSON_FIELD_ERROR: 'A field of the form is not JSON, though its type says so.',
};
