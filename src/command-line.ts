import { Command, CommanderError } from 'commander';
import ours from '../package.json' with { type: 'json' };
import { COMMAND_LIST } from './command-list.ts';
import { AppError, usageError } from './errors.ts';
import {
  addServerOptions,
  answerFault,
  examples,
  outliveReaders,
  writeJson,
  writeLines,
} from './terminal/index.ts';

/** Each is loaded when it is called: commands do not pay for what others need. */
const COMMANDS: [names: string, load: () => Promise<(program: Command) => void>][] = [
  ['up', async () => (await import('./commands/up.ts')).addUp],
  ['check', async () => (await import('./commands/check.ts')).addCheck],
  ['order', async () => (await import('./commands/order.ts')).addOrder],
  ['submit', async () => (await import('./commands/submit.ts')).addSubmit],
  ['start', async () => (await import('./commands/start.ts')).addStart],
  ['work', async () => (await import('./commands/work.ts')).addWork],
  ['serve', async () => (await import('./commands/serve.ts')).addServe],
  ['plans', async () => (await import('./commands/show.ts')).addPlans],
  ['show', async () => (await import('./commands/show.ts')).addShow],
  ['watch', async () => (await import('./commands/watch.ts')).addWatch],
  ['results', async () => (await import('./commands/results.ts')).addResults],
  ['pause resume cancel retry close', async () => (await import('./commands/steer.ts')).addSteer],
  ['unknown', async () => (await import('./commands/unknown.ts')).addUnknown],
  ['settle', async () => (await import('./commands/settle.ts')).addSettle],
  ['strays lost', async () => (await import('./commands/account-lists.ts')).addAccountLists],
  ['approvals approve refuse', async () => (await import('./commands/approve.ts')).addApprove],
  ['reconcile', async () => (await import('./commands/reconcile.ts')).addReconcile],
  ['account', async () => (await import('./commands/account.ts')).addAccount],
  ['audit', async () => (await import('./commands/audit.ts')).addAudit],
  ['numbering', async () => (await import('./commands/numbering.ts')).addNumbering],
  ['sandbox', async () => (await import('./commands/sandbox.ts')).addSandbox],
  ['user', async () => (await import('./commands/user.ts')).addUser],
  ['token', async () => (await import('./commands/token.ts')).addToken],
  ['migrate', async () => (await import('./commands/migrate.ts')).addMigrate],
  ['completion', async () => (await import('./commands/completion.ts')).addCompletion],
];

/** Answers an option that other programs have; '' for one that is not known here either. */
async function adviceOn({ message }: CommanderError): Promise<string> {
  const [, option = ''] = /unknown option '--([\w-]+)/.exec(message) ?? [];
  if (option === 'dry-run') return '"check PLAN.csv" checks a plan and changes nothing.';
  const name = option.toUpperCase().replaceAll('-', '_');
  const { isSetting } = await import('./config/index.ts');
  return isSetting(name) ? `Set ${name} in the environment or in .env: it is no option.` : '';
}

/**
 * Runs the command of the process's arguments to its end, and sets the exit code. All that it takes
 * and leaves is in `process`.
 */
export async function runCommandLine(): Promise<void> {
  const program = bulkOrder();
  const [first = '', second = ''] = process.argv.slice(2).filter((word) => word !== '--json');
  const called = first === 'help' ? second : first;
  // The completion knows the options of all.
  const needed = COMMANDS.filter(
    ([names]) => called === 'completion' || names.split(' ').includes(called),
  );
  if (needed.length === 0) listCommands(program);
  for (const [, load] of needed) (await load())(program);
  addServerOptions(program);

  outliveReaders();

  try {
    refuseStop(called);
    await program.parseAsync();
  } catch (error) {
    process.exitCode = await tell(error);
  }
  await requireAnswer();
}

/** A person who must stop buying at once has no time to look for the command. */
function refuseStop(called: string): void {
  if (!['stop', 'halt', 'abort'].includes(called)) return;
  throw usageError(
    `There is no command "${called}". "pause ID" stops a plan until "resume ID", and "cancel ID" ` +
      'stops it for good.',
  );
}

/** An answer that nobody can read is no success, unless its reader has left. */
async function requireAnswer(): Promise<void> {
  const fault = await answerFault();
  if (fault === null || fault.hasReaderLeft) return;
  process.exitCode ||= 1;
  writeLines(
    'stderr',
    `The answer could not be written (${fault.code}). Look at what was done before you repeat ` +
      'the command.',
  );
}

/** All commands as the help lists them; none of them can be run. */
function listCommands(program: Command): void {
  const usages = new Map<string, string>();
  for (const [usage, description] of COMMAND_LIST) {
    const [name = ''] = usage.split(' ');
    usages.set(name, usage);
    program.command(name).description(description);
  }
  const { subcommandTerm } = program.createHelp();
  program.configureHelp({
    showGlobalOptions: true,
    subcommandTerm: (command) => usages.get(command.name()) ?? subcommandTerm(command),
  });
}

const bulkOrder = (): Command =>
  new Command('bulk-order')
    .description('Buys phone numbers by the thousand, each order at most once.')
    .version(ours.version, '--version', 'print the version')
    .option('--json', 'print one JSON document on stdout')
    .showHelpAfterError('(see --help)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => writeLines('stdout', ...linesOf(text)),
      writeErr: (text) => writeLines('stderr', ...linesOf(text)),
    })
    .addHelpText(
      'after',
      examples('check plan.csv', 'order plan.csv --out results', 'show 1', 'up'),
    )
    .exitOverride();

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** Prints the error, and returns the exit code. An error that is no AppError is a bug. */
async function tell(error: unknown): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const known = error instanceof AppError ? error : await unforeseen(error);
  if (process.argv.includes('--json')) {
    const { code, message, details } = known;
    writeJson({ error: { code, message, ...details } });
  } else if (!(error instanceof CommanderError)) {
    writeLines('stderr', ...known.message.split('\n'));
  } else {
    const advice = await adviceOn(error);
    if (advice) writeLines('stderr', advice);
  }
  return 1;
}

async function unforeseen(error: unknown): Promise<AppError> {
  // Commander has printed it already, with the help.
  if (error instanceof CommanderError) {
    const what = error.message.startsWith('error: ') ? error.message.slice(7) : 'no command';
    const advice = await adviceOn(error);
    return usageError(`Invalid command line: ${what}${advice && `. ${advice}`}`);
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const { isDebugging } = await import('./config/index.ts');
  return new AppError('internal', [
    `This is a bug in this program (${name}: ${message}). The ledger is not affected.` +
      (isDebugging() ? '' : ' LOG_LEVEL=debug shows where.'),
    ...(isDebugging() ? String(stack).split('\n') : []),
  ]);
}
