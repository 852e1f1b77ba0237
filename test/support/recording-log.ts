import { pino } from 'pino';
import type { Log } from '../../src/log.ts';

export type LogLine = { level: number; msg: string } & Record<string, unknown>;

/** A log of everything, to be looked at by the test. */
export function recordingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const log = pino({ level: 'trace' }, { write: (text) => void lines.push(JSON.parse(text)) });
  return { log, lines };
}

export const silentLog: Log = pino({ level: 'silent' });
