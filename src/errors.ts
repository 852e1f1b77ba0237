import { harmless } from './harmless.ts';

/**
 * The only error for people: a sentence that says what is wrong, where and what to do. Programs get
 * a stable code. Any other error is a bug.
 */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AppError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];

  /** A message of several lines is an array: a text that one of them quotes cannot add a line. */
  constructor(code: Code, message: string | string[], ...rest: Rest<ErrorDetails[Code]>) {
    const [details = {} as ErrorDetails[Code], options] = rest;
    super([message].flat().map(harmless).join('\n'), options);
    this.code = code;
    this.details = details;
  }
}

type Rest<Details> =
  Partial<Details> extends Details
    ? [details?: Details, options?: ErrorOptions]
    : [details: Details, options?: ErrorOptions];

/** A command, a request or an option that makes no sense. */
export function usageError(sentence: string): AppError {
  return new AppError('invalid_usage', sentence);
}

/** Whether it is an AppError of one of these codes, so that its details are known. */
export function hasCode<Code extends ErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is AppError<Code> {
  return error instanceof AppError && (codes as ErrorCode[]).includes(error.code);
}

/** Whether the ledger is down until the program is started again: waiting for it is no use. */
export function needsRestart(error: unknown): boolean {
  return hasCode(error, 'ledger_down') && error.details.needsRestart === true;
}

/** The program is ending: what still asks its ledger need not be told to a person. */
export function isLedgerClosed(error: unknown): boolean {
  return hasCode(error, 'ledger_down') && error.details.isClosed === true;
}

/** Every code and its meaning. A test compares docs/errors.md with it. */
export const ERROR_CODES = {
  invalid_usage: 'the command line or the request is invalid',
  bad_config: 'a setting, or a file that a setting names, is wrong',
  no_file: 'a file is missing, cannot be read, or is not a file',
  bad_file: 'a file is not readable CSV',
  bad_plan: 'the plan has errors; nothing was stored',
  duplicate_file: 'an earlier plan has this file, or most of its lines',
  idempotency_key_reused: 'this Idempotency-Key was used for another plan',
  not_found: 'there is no such plan, order, approval, account, user, token or address',
  wrong_state:
    'the state of the plan, order, approval, account or token does not allow this, or has ' +
    'changed since you looked',
  over_limit: 'the plan asks for more than a limit allows',
  against_evidence:
    'the evidence contradicts what a person says of an order or a number, or a retry',
  not_signed_in: 'the server needs a user and a password, or a token',
  not_allowed:
    'the person lacks the role, or would answer their own request; or the request came from ' +
    'another site, or named another server',
  too_large: 'the request is larger than the limit, or has more than one file',
  busy: 'too many uploads or wrong passwords at once; try again later',
  needs_approval: "above the threshold, this waits for another person's approval",
  not_confirmed:
    'a person must confirm, or say --yes: to buy with live keys, which also needs warnings that ' +
    'may cost money to be accepted, or to settle many orders',
  ledger_down:
    'the database cannot be reached, has stopped, was removed or replaced under the program, or ' +
    'does not keep the rules of its tables',
  ledger_newer: 'the database was made by a newer version of this program',
  ledger_broken: 'the embedded database or its journal cannot be opened; nothing was deleted',
  ledger_in_use: 'another process holds the embedded database',
  queue_down: 'the queue cannot be reached',
  witness_down: 'the witness cannot be reached',
  server_down: 'the server of --server, or of the data folder, cannot be reached or read',
  no_answer: 'that server gave no clear answer to a change: it may have been done, so look first',
  vendor_down: 'the vendor cannot be reached, or its list cannot be read',
  law_broken: 'the ledger breaks an invariant',
  internal: 'a bug in this program',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

type None = Record<never, never>;

/**
 * The details of each code, for `--json` and the API. They hold no key and no URL with a query.
 * Fields that only some errors of a code have are optional.
 */
export type ErrorDetails = {
  invalid_usage: {
    accounts?: string[];
    field?: string;
    known?: string[];
    defaultQuantity?: unknown;
  };
  bad_config: { faults?: string[]; folder?: string; host?: string; port?: number };
  no_file: { path?: string };
  bad_file: { path: string; faults?: readonly object[]; checked?: string; found?: string };
  bad_plan: {
    path?: string;
    faultCount: number;
    faultyRows?: number;
    faults: readonly object[];
    warningCount?: number;
    warnings?: readonly object[];
  };
  /** The earlier plan, and how many lines both have, when these are not all. */
  duplicate_file: { plan: number; shared?: number; passedOver?: string[] };
  idempotency_key_reused: { plan: number };
  /** The plan, and what it asks for. */
  needs_approval: { id: number; approval: number };
  not_found: {
    id?: number;
    order?: number;
    approval?: number;
    name?: string;
    accounts?: string[];
  };
  wrong_state: {
    id?: number;
    order?: number;
    attempt?: number;
    takenBackAt?: string;
    state?: string;
    lacking?: number;
    taken?: readonly object[];
    name?: string;
    account?: string;
    approval?: number;
    /** What is no longer as it was shown. */
    changed?: string;
  };
  /** The plan, when it was stored. */
  over_limit: { id?: number };
  against_evidence: { order?: number; objections: string[] };
  not_signed_in: None;
  not_allowed: None;
  /** In bytes. */
  too_large: { limit: number };
  busy: { retryAfterS: number; waiting?: number };
  not_confirmed: {
    id?: number;
    account?: string;
    numbers?: number;
    orders?: number;
    slots?: number;
    warnings?: readonly object[];
    verdicts?: readonly object[];
  };
  /** `needsRestart`: it does not come back while the program runs. */
  ledger_down: {
    reason?: string;
    folder?: string;
    version?: number;
    newest?: number;
    needsRestart?: true;
    isClosed?: true;
  };
  ledger_newer: { version: number; newest: number };
  ledger_broken: { path: string; reason: string };
  /** `url`: where the process that holds it serves its API. */
  ledger_in_use: { folder: string; holder: object | null; url?: string };
  queue_down: { reason?: string };
  witness_down: None;
  server_down: { server: string; reason: string };
  no_answer: { server: string; reason: string };
  /** `isElsewhere`: what answered is not the vendor. */
  vendor_down: { isElsewhere?: true };
  law_broken: { plan: number; line: number };
  internal: None;
};
