import { pino } from 'pino';
import type { Secrets } from './scrub.ts';

export type Log = pino.Logger;

/**
 * Logs to stderr, one JSON document a line, on a terminal a sentence. A line is written before the
 * call returns: a process that is killed has said all that it said (measured: with any buffered
 * destination nothing was on disk). Secrets are taken out of the finished line, whatever part of it
 * they got into.
 */
export function createLog(level: string, { scrub }: Secrets): Log {
  const write = process.stderr.isTTY ? (line: string) => scrub(sentence(line)) : scrub;
  const showStacks = level === 'debug' || level === 'trace';
  return pino(
    {
      level,
      base: { pid: process.pid },
      serializers: { err: (error: unknown) => describe(error, showStacks) },
      hooks: { streamWrite: write },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** On a terminal, for a person beside a progress bar: the bar's line is wiped first. */
function sentence(line: string): string {
  const { msg, what, err, order, numbers } = JSON.parse(line);
  const bought = Array.isArray(numbers) && numbers.length > 0 && `numbers ${numbers.join(' ')}`;
  const about = [what ?? err?.message, order && `order ${order}`, bought]
    .filter(Boolean)
    .join(', ');
  return `\r\x1b[K${msg}${about ? ` (${about})` : ''}\n`;
}

/** Only what is known to be harmless: drivers hang requests, addresses and bodies on their errors. */
function describe(error: unknown, showStacks: boolean) {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? String(error.code) : undefined;
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: error.message,
    ...(showStacks ? { stack: error.stack } : {}),
  };
}
