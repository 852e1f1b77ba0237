import { isAbsolute, relative } from 'node:path';
import { COMMAND_NAMES, SERVED_COMMANDS } from './command-names.ts';

/**
 * What has to be typed before a command's name to start this program as it was started: by npm, by
 * its name when it is installed, else by Node.
 */
export function howStarted(
  { npm_lifecycle_event, npm_package_name }: Record<string, string | undefined> = process.env,
  [, script = '']: string[] = process.argv,
  folder = process.cwd(),
): string {
  const isByNpm = ['bulk-order', 'start'].includes(npm_lifecycle_event ?? '');
  if (isByNpm && npm_package_name === 'bulk-order') return 'npm run -s bulk-order --';
  if (/[/\\]bulk-order$/.test(script)) return 'bulk-order';
  const near = relative(folder, script);
  return `node ${shellWord(near.startsWith('..') || isAbsolute(near) ? script : near)}`;
}

/** A word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

// Commands that stand alone in quotes; others are words that may be quoted for what they say.
const ALONE = ['up', 'work', 'serve', 'plans', 'reconcile', 'migrate'];
const HINT = new RegExp(
  `"((?:${COMMAND_NAMES.join('|')}) (?:-|\\d|[A-Z]|[^"]* -|[^"]*\\.csv)[^"]*|${ALONE.join('|')})"`,
  'g',
);

let server = '';

/** A command that names a server has it named in what it says can be typed, without a password. */
export function hintThrough(address: string): void {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  server = url.href.replace(/\/$/, '');
}

/** `--server URL` behind a command that takes it, where one was named. */
function through(command: string): string {
  const [name = ''] = command.split(' ');
  const isServed = SERVED_COMMANDS.includes(name) && !command.endsWith('--work');
  return server && isServed ? ` --server ${shellWord(server)}` : '';
}

/** A command as it can be typed. */
export const typed = (command: string): string => `${howStarted()} ${command}`;

/**
 * The text with every command in it, `"watch 2"`, as it can be typed: `"bulk-order watch 2"`. So
 * sentences that come from the ledger, which knows no command line, are of use as well.
 */
export function asTyped(text: string): string {
  if (!text.includes('"')) return text;
  return text.replace(HINT, (_, command: string) => `"${typed(command)}${through(command)}"`);
}
