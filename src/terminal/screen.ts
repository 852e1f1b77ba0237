/**
 * The only place that writes to the terminal. Whatever is written is given as lines, and every line
 * is made harmless here: no call has to remember who wrote what is in it.
 */
import { createInterface } from 'node:readline/promises';
import { harmlessJson } from '../harmless.ts';
import { type Line, render } from './style.ts';

type Stream = 'stdout' | 'stderr';
/** What stays below all other lines and changes, for a screen of that many columns. */
export type Status = (columns: number) => Line;

const WIPE = '\r\x1b[K';
const USUAL_COLUMNS = 80;

let status: Status | undefined;
let drawn = '';

export function writeLines(stream: Stream, ...lines: Line[]): void {
  write(stream, lines.map((line) => `${render(line, process[stream])}\n`).join(''));
}

/** A document on stdout; it says the same to programs. */
export function writeJson(document: unknown): void {
  write('stdout', `${harmlessJson(JSON.stringify(document, null, 2))}\n`);
}

/** Shows it on stderr in the place of what it was before. */
export function showStatus(now: Status): void {
  status = now;
  draw(false);
}

/** What it shows last stays, and other lines follow. */
export function endStatus(): void {
  if (status) process.stderr.write('\n');
  status = undefined;
  drawn = '';
}

function write(stream: Stream, text: string): void {
  if (status) process.stderr.write(WIPE);
  process[stream].write(text);
  if (status) draw(true);
}

function draw(isWiped: boolean): void {
  if (!status) return;
  // A line that fills the last column makes some terminals begin another.
  const line = render(status((columnsOf('stderr') ?? USUAL_COLUMNS) - 1), process.stderr);
  if (isWiped || line !== drawn) process.stderr.write(`${WIPE}${line}`);
  drawn = line;
}

/** Undefined: it is no terminal, or one that does not say: a line may be as long as it is. */
export function columnsOf(stream: Stream): number | undefined {
  return (process[stream].isTTY && process[stream].columns) || undefined;
}

/** What is typed, or comes through a pipe. */
export const typedIn = (): NodeJS.ReadStream => process.stdin;

/** Whether stderr is a terminal. */
export const isWatched = (): boolean => process.stderr.isTTY;

/** Whether a person can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/**
 * The reply; '' when it is broken off by Ctrl-C or Ctrl-D. The question must be all our own words.
 */
export async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(question);
  } catch {
    writeLines('stderr', '');
    return '';
  } finally {
    prompt.close();
  }
}

/**
 * Whoever reads along may stop doing so (`| head`, a closed terminal). What is being bought is
 * finished nevertheless; unheard, the event would end the process in the middle of it.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
