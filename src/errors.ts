import { harmless } from './harmless.ts';

/**
 * The only error for people: a sentence that says what is wrong, where, and what to do, with a stable
 * code for programs. Any other error is a bug.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Facts for `--json` and the API. Never a key, never a URL with a query. */
  readonly details: Record<string, unknown>;

  /** Give several lines as an array: quoted text must not be able to begin a line. */
  constructor(
    code: ErrorCode,
    message: string | string[],
    details: Record<string, unknown> = {},
    options?: ErrorOptions,
  ) {
    super([message].flat().map(harmless).join('\n'), options);
    this.code = code;
    this.details = details;
  }
}

/** Every code and its meaning. A test compares docs/errors.md with it. */
export const ERROR_CODES = {
  invalid_usage: 'the command line or the request is invalid',
  bad_config: 'an environment variable or the .env file is wrong',
  no_file: 'a file is missing, cannot be read, or is not a file',
  bad_file: 'a file is not readable CSV',
  bad_plan: 'the plan has faults; nothing was stored',
  duplicate_file: 'this file was submitted before',
  idempotency_key_reused: 'this Idempotency-Key was used for another plan',
  not_found: 'no plan, order or account has that name',
  wrong_state: 'the state of the plan, order or account does not allow this',
  against_evidence: 'the evidence contradicts this settlement of an order',
  not_signed_in: 'the server needs a user and a password',
  not_allowed: 'the request came from another site, or named another server',
  too_large: 'the request is larger than the limit',
  busy: 'too many uploads or wrong passwords at once; try again later',
  not_confirmed:
    'live keys buy only after a person confirms or --yes, and accepts warnings that may cost money',
  ledger_down: 'the database cannot be reached',
  ledger_newer: 'the database was made by a newer version of this program',
  ledger_broken: 'the embedded database or its journal cannot be opened; nothing was deleted',
  ledger_in_use: 'another process holds the embedded database',
  queue_down: 'Redis cannot be reached',
  witness_down: 'the witness cannot be reached',
  server_down: 'the server of --server, or of the data folder, cannot be reached',
  vendor_down: 'the vendor cannot be reached, or its list cannot be read',
  law_broken: 'the ledger breaks an invariant',
  internal: 'a bug in this program',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
