import { isAbsolute, relative } from 'node:path';
import { COMMAND_NAMES, FOR_PERSONS, SERVED_COMMANDS } from '../command-list.ts';

/** How to start this program again: by npm, by its name when it is installed, else by Node. */
export function howStarted(
  { npm_lifecycle_event, npm_package_name }: Record<string, string | undefined> = process.env,
  [, script = '']: string[] = process.argv,
  folder = process.cwd(),
): string {
  const isByNpm = ['bulk-order', 'dev', 'start'].includes(npm_lifecycle_event ?? '');
  if (isByNpm && npm_package_name === 'bulk-order') return 'npm run -s bulk-order --';
  if (/[/\\]bulk-order$/.test(script)) return 'bulk-order';
  const near = relative(folder, script);
  return `node ${shellWord(near.startsWith('..') || isAbsolute(near) ? script : near)}`;
}

export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

// Commands without arguments. In quotes, other command names may be ordinary words.
const ALONE = 'up|work|serve|plans|strays|approvals|token list|reconcile|migrate';
// With nothing but a name.
const OF_NAME = ['strays', 'lost', 'account', 'token revoke'];
const HINT = new RegExp(
  `"((?:${COMMAND_NAMES.join('|')}) (?:-|\\d|[A-Z]|[^"]* -|[^"]*\\.csv)[^"]*|` +
    `(?:${OF_NAME.join('|')}) [^" ]+|${ALONE})"`,
  'g',
);

let server = '';
let token = '';

/** Commands that this process suggests get `--server`, without the password. Null ends that. */
export function hintThrough(address: string | null, tokenFile?: string): void {
  server = '';
  token = '';
  if (address === null) return;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  server = url.href.replace(/\/$/, '');
  token = tokenFile === undefined ? '' : ` --token-file ${shellWord(tokenFile)}`;
}

function through(command: string): string {
  const [name = ''] = command.split(' ');
  const isServed = SERVED_COMMANDS.includes(name) && !command.endsWith('--work');
  if (!server || !isServed) return '';
  return ` --server ${shellWord(server)}${FOR_PERSONS.includes(name) ? '' : token}`;
}

export const typed = (command: string): string => `${howStarted()} ${command}`;

/**
 * Completes every command in the text: `"watch 2"` becomes `"bulk-order watch 2"`. So the ledger,
 * which knows no command line, can suggest commands, too.
 */
export function asTyped(text: string): string {
  if (!text.includes('"')) return text;
  return text.replace(HINT, (_, command: string) => `"${typed(command)}${through(command)}"`);
}
