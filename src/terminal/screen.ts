/** The only place that writes to the terminal. It makes lines harmless: pass it any text. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { harmlessJson } from '../harmless.ts';
import { render, type ScreenLine } from './style.ts';

type Stream = 'stdout' | 'stderr';
/** A changing line that stays below all others, in at most `columns`. */
export type Status = (columns: number) => ScreenLine;

const WIPE = '\r\x1b[K';
const USUAL_COLUMNS = 80;

let status: Status | undefined;
let drawn = '';

export function writeLines(stream: Stream, ...lines: ScreenLine[]): void {
  const shown = lines.filter((line) => line !== false && line !== null);
  write(stream, shown.map((line) => `${render(line, process[stream])}\n`).join(''));
}

export function writeJson(document: unknown): void {
  write('stdout', `${harmlessJson(JSON.stringify(document, null, 2))}\n`);
}

/** The command's answer on stdout: one JSON document with `--json`, else lines. */
export function answer(
  json: boolean | undefined,
  document: unknown,
  lines: () => ScreenLine[],
): void {
  if (json) writeJson(document);
  else writeLines('stdout', ...lines());
}

/** For a person, while the command works: on stderr. */
export function say(...lines: ScreenLine[]): void {
  writeLines('stderr', ...lines);
}

export function showStatus(now: Status): void {
  status = now;
  draw(false);
}

/** Leaves the last status on the screen. */
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
  // In some terminals, a full last column begins a new line.
  const line = render(status((columnsOf('stderr') ?? USUAL_COLUMNS) - 1), process.stderr);
  if (isWiped || line !== drawn) process.stderr.write(`${WIPE}${line}`);
  drawn = line;
}

/** Undefined when there is no limit: not a terminal, or one of unknown width. */
export function columnsOf(stream: Stream): number | undefined {
  return (process[stream].isTTY && process[stream].columns) || undefined;
}

export const standardInput = (): NodeJS.ReadStream => process.stdin;

export const isWatched = (): boolean => process.stderr.isTTY;

/** The descriptor of stderr, for a log that waits for no stream. */
export const logFile = (): number => process.stderr.fd;

export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** The reply; '' after Ctrl-C or Ctrl-D. The question is printed raw: use no text of others. */
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
 * A secret that is typed and not shown, or the first line of standard input where nobody types; ''
 * after Ctrl-C or Ctrl-D. The question is printed raw: use no text of others.
 */
export async function askSecret(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const isTyped = process.stdin.isTTY;
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: isTyped });
  if (isTyped) process.stderr.write(question);
  try {
    return await new Promise<string>((resolve) => {
      prompt.once('line', resolve);
      prompt.once('SIGINT', () => resolve(''));
      prompt.once('close', () => resolve(''));
    });
  } finally {
    prompt.close();
    if (isTyped) process.stderr.write('\n');
  }
}

/**
 * Keeps the process running when its reader leaves (`| head`, a closed terminal). Without listeners
 * the error would end it in the middle of buying.
 */
export function outliveReaders(): void {
  fault = null;
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code = 'unknown error' }: NodeJS.ErrnoException) => {
    const hasReaderLeft = code === 'EPIPE' || (code === 'EIO' && process.stdout.isTTY);
    fault ??= { code, hasReaderLeft };
  });
}

/** Why stdout did not take the whole answer. */
type AnswerFault = { code: string; hasReaderLeft: boolean };

let fault: AnswerFault | null = null;

/** Waits until what was written has left. Null: it has. */
export async function answerFault(): Promise<AnswerFault | null> {
  await new Promise<void>((done) => process.stdout.write('', () => done()));
  // The stream tells its error after its callbacks.
  await setImmediate();
  return fault;
}
