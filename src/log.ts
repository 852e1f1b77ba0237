import { pino } from 'pino';
import { harmlessJson } from './harmless.ts';
import type { Secrets } from './scrub.ts';
import { inColour, isWatched, logFile, type ScreenLine, writeLines } from './terminal/index.ts';

export type Log = pino.Logger;

/**
 * Logs to stderr: one JSON document a line, or a sentence on a terminal. A line is written before
 * the call returns, so a killed process loses none (measured: buffered destinations lost them all).
 * Secrets are removed from the finished line.
 */
export function createLog(level: string, { scrub }: Secrets): Log {
  const showStacks = level === 'debug' || level === 'trace';
  const options: pino.LoggerOptions = {
    level,
    base: { pid: process.pid },
    serializers: { err: (error: unknown) => describe(error, showStacks) },
  };
  if (isWatched()) {
    return pino(options, { write: (line) => writeLines('stderr', readable(line, scrub)) });
  }
  const streamWrite = (line: string) => harmlessJson(scrub(line));
  return pino(
    { ...options, hooks: { streamWrite } },
    pino.destination({ dest: logFile(), sync: true }),
  );
}

/** Facts that are in the sentence already, or only for programs. */
const LEFT_OUT = new Set(['level', 'time', 'pid', 'msg', 'attempt', 'outcome', 'state', 'resume']);

/** Facts that are words: they come first, without a name. */
const WORDS = new Set(['err', 'what', 'reason', 'why', 'fault']);

/** For a person: the time of day, what happened, and its facts. */
function readable(line: string, scrub: Secrets['scrub']): ScreenLine {
  const { level, time, msg, ...facts } = JSON.parse(line);
  const about = Object.entries(facts)
    .filter(([name, value]) => !LEFT_OUT.has(name) && value !== null && String(value) !== '')
    .sort(([a], [b]) => Number(WORDS.has(b)) - Number(WORDS.has(a)))
    .map(([name, value]) => factOf(name, value));
  const resume = facts.resume ? ` To resume: "${facts.resume}"` : '';
  const text = scrub(`${msg}${about.length > 0 ? ` (${about.join(', ')})` : ''}${resume}`);
  const at = { text: new Date(time).toTimeString().slice(0, 8), style: 'faint' as const };
  const word = level >= 50 ? 'unknown' : level >= 40 ? 'missing' : '';
  return [at, ' ', inColour(text, word)];
}

/** `order 20000001`, or a sentence without its final stop. */
function factOf(name: string, value: unknown): string {
  const { message } = (value ?? {}) as { message?: unknown };
  if (WORDS.has(name)) return String(message ?? value).replace(/\.$/, '');
  const told = Array.isArray(value) ? value.join(' ') : value;
  return `${name} ${typeof told === 'object' ? JSON.stringify(told) : told}`;
}

/** Only safe fields: drivers attach requests, addresses and bodies to their errors. */
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
