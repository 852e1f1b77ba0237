import { AppError } from '../errors.ts';
import { typed } from './started.ts';

/** The end of a help text: commands as they can be typed. */
export function examples(...commands: string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  ${typed(command)}`)].join('\n');
}

/** A plan's or order's id from the command line. Throws AppError `invalid_usage`. */
export function idOf(text: string, what: 'plan' | 'order'): number {
  // No more digits than the ledger has room for.
  if (/^[1-9]\d*$/.test(text) && text.length <= (what === 'plan' ? 9 : 15)) return Number(text);
  throw new AppError(
    'invalid_usage',
    `"${text}" is not the number of ${what === 'plan' ? 'a plan' : 'an order'}: it must be a ` +
      `whole number, such as ${what === 'plan' ? '12' : '120000340'}.`,
  );
}
