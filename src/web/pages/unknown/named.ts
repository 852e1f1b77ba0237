import type { NamedVerdict } from '../../../ledger/index.ts';

/** Verdicts on one page, and in one press. Their names fit into a form: see `FORM_BYTES`. */
export const VERDICTS_AT_ONCE = 2_000;

/** Room for these names of at most 32 characters each, and for what is typed, bytes. */
export const FORM_BYTES = VERDICTS_AT_ONCE * 32 + 64 * 1024;

/** The names of verdicts as one field of a form: `10000001.1.k3Jx9q_A 10000002.1.…`. */
export function writeNamed(verdicts: NamedVerdict[]): string {
  return verdicts.map(({ order, attempt, verdict }) => `${order}.${attempt}.${verdict}`).join(' ');
}

/** The same, read. What is no name is passed over: it accepts nothing. */
export function readNamed(field: string): NamedVerdict[] {
  return [...field.matchAll(/(\d{1,16})\.(\d{1,5})\.([\w-]{8})(?= |$)/g)]
    .slice(0, VERDICTS_AT_ONCE)
    .map(([, order, attempt, verdict]) => ({
      ...{ order: Number(order), attempt: Number(attempt) },
      verdict: verdict!,
    }));
}
