import type { Command } from 'commander';
import { COMMAND_LIST, FOR_PERSONS, SERVED_COMMANDS } from '../command-list.ts';
import { count } from '../english.ts';
import { usageError } from '../errors.ts';
import { QUANTITY_MAX } from '../order-size.ts';
import { typed } from './started.ts';

/** A new command, described as the list of commands has it. */
export function newCommand(program: Command, name: string): Command {
  const [, words = ''] = COMMAND_LIST.find(([usage]) => usage.split(' ')[0] === name) ?? [];
  const command = program.command(name).description(words);
  // `--json` is an option of the program, and each action gets it with those of its command.
  return command.hook('preAction', () => {
    command.setOptionValue('json', program.opts().json);
  });
}

export function addServerOptions({ commands }: Command): void {
  for (const command of commands.filter((each) => SERVED_COMMANDS.includes(each.name()))) {
    command.option('--server <url>', 'work through this server instead of the ledger');
    if (FOR_PERSONS.includes(command.name())) continue;
    command.option('--token-file <file>', 'sign in to the server with the token in this file');
  }
}

export function examples(...commands: string[]): string {
  return ['', 'Examples:', ...commands.map((command) => `  ${typed(command)}`)].join('\n');
}

/** The most digits that the ledger has room for, and an example. */
const IDS = {
  plan: { of: 'a plan', digits: 9, example: '12' },
  line: { of: 'a line', digits: 9, example: '3' },
  attempt: { of: 'an attempt', digits: 4, example: '2' },
  approval: { of: 'an approval', digits: 9, example: '7' },
  order: { of: 'an order', digits: 15, example: '120000340' },
};

/** Reads the number of such a thing from the command line. Throws AppError `invalid_usage`. */
export function idOf(what: keyof typeof IDS): (text: string) => number {
  const { of, digits, example } = IDS[what];
  return (text) => {
    if (/^[1-9]\d*$/.test(text) && text.length <= digits) return Number(text);
    throw usageError(
      `"${text}" is not the number of ${of}: it must be a whole number, such as ${example}.`,
    );
  };
}

/** A new command that reads a plan. */
export const newPlanCommand = (program: Command, name: string): Command =>
  newCommand(program, name)
    .argument('<plan.csv>', 'a file, or - for standard input')
    .option('--default-quantity <n>', 'quantity for lines that leave it blank')
    .option(
      '--keep-trying <time>',
      'ask again for what is lacking: 3d, 12h, or "until 2026-12-31"; for lines that leave it ' +
        'blank',
    );

export type Defaults = {
  defaultQuantity?: string | undefined;
  keepTrying?: string | undefined;
};

/** The same, read. Throws AppError `invalid_usage`. */
export function defaultsOf({ defaultQuantity: text, keepTrying }: Defaults): {
  defaultQuantity?: number;
  keepTrying?: string;
} {
  const rest = keepTrying === undefined ? {} : { keepTrying };
  if (text === undefined) return rest;
  if (/^\d+$/.test(text)) return { ...rest, defaultQuantity: Number(text) };
  throw usageError(
    `--default-quantity is "${text}": it must be a whole number from 1 to ${count(QUANTITY_MAX)}.`,
  );
}
