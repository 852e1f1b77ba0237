import { pino } from 'pino';
import { scrubber } from './scrub.ts';

export type Log = pino.Logger;

/**
 * Logs to stderr, one JSON document a line, written before the call returns: a process that is
 * killed has said all that it said (measured: with any buffered destination nothing was on disk).
 * Secrets are taken out of the finished line, whatever part of it they got into.
 */
export function createLog(level: string, secrets: string[]): Log {
  const scrub = scrubber(secrets);
  const showStacks = level === 'debug' || level === 'trace';
  return pino(
    {
      level,
      base: { pid: process.pid },
      serializers: { err: (error: unknown) => describe(error, showStacks) },
      hooks: { streamWrite: scrub },
    },
    pino.destination({ dest: 2, sync: true }),
  );
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
