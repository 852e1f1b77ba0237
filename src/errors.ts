import { harmless } from './harmless.ts';

/**
 * The one error that people are meant to read: a sentence that says what was wrong, where and what
 * to do, with a stable code for programs. Anything else that is thrown is a fault of ours.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** Facts for `--json` and the API. Never a key, never a URL with a query. */
  readonly details: Record<string, unknown>;

  /** A message of several lines is given as such: what is quoted in one must not begin another. */
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

/** Every code there is, with what it means. docs/errors.md is held against this one. */
export const ERROR_CODES = {
  invalid_usage: 'the command line was not understood',
  bad_config: 'an environment variable or the .env file has faults',
  no_file: 'a file is missing, cannot be read, or is no file',
  bad_file: 'a file is not a CSV text that can be read',
  bad_plan: 'the plan has faults; nothing was stored',
  duplicate_file: 'this file was submitted before',
  idempotency_key_reused: 'this Idempotency-Key came with another plan before',
  not_found: 'no plan, order or account has that name',
  wrong_state: 'what was asked does not fit the state that the plan, order or account is in',
  against_evidence: 'the evidence speaks against what an order was to be settled as',
  not_signed_in: 'the web wants the user and the password',
  not_allowed: 'the request came from another site, or asked for a server of another name',
  too_large: 'what was sent is larger than it may be',
  busy: 'more uploads, or more wrong passwords, than are taken at once; come again later',
  not_confirmed:
    'nothing is bought with live keys until a person confirms, or says --yes, and accepts warnings that may cost money',
  ledger_down: 'the database cannot be reached',
  ledger_newer: 'the database was made by a newer version of this program',
  ledger_broken: 'the embedded database or its journal cannot be opened; nothing was deleted',
  ledger_in_use: 'another process holds the embedded database',
  queue_down: 'Redis cannot be reached',
  witness_down: 'what remembers beside the database which orders were sent cannot be reached',
  server_down: 'the server of --server, or of the folder, cannot be reached',
  vendor_down: 'the vendor cannot be reached, or its answer to a question cannot be read',
  law_broken: 'a law does not hold in the ledger',
  internal: 'a fault of this program',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
