import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { AppError } from './errors.ts';

// Plans, numbers and what was paid for: whatever is written is its owner's alone.
process.umask(0o077);

// Types are stripped and code is compiled once, and not at each start: half of the time that it
// takes, and 30 MB. Where the folder cannot be written, nothing is kept.
enableCompileCache(resolve(import.meta.dirname, '../node_modules/.cache/compiled'));

/** Loaded when they are called: what one of them does without would cost it its time and memory. */
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
  ['pause resume cancel retry', async () => (await import('./commands/steer.ts')).addSteer],
  ['unknown', async () => (await import('./commands/unknown.ts')).addUnknown],
  ['settle', async () => (await import('./commands/unknown.ts')).addSettle],
  ['reconcile', async () => (await import('./commands/reconcile.ts')).addReconcile],
  ['account', async () => (await import('./commands/account.ts')).addAccount],
  ['audit', async () => (await import('./commands/audit.ts')).addAudit],
  ['sandbox', async () => (await import('./commands/sandbox.ts')).addSandbox],
  ['migrate', async () => (await import('./commands/migrate.ts')).addMigrate],
];

const program = new Command('bulk-order')
  .description('Buys phone numbers by the thousand, each order at most once.')
  .option('--json', 'one JSON document on stdout')
  .showHelpAfterError('(--help shows how)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

// Whoever asks for help, or for a command that there is not, is told of all of them.
const [word = ''] = process.argv.slice(2).filter((argument) => argument !== '--json');
const called = COMMANDS.filter(([names]) => names.split(' ').includes(word));
for (const [, load] of called.length > 0 ? called : COMMANDS) (await load())(program);

// Whoever reads along may stop doing so (`| head`, a closed terminal). What is being bought is
// finished all the same; unheard, the event would end the process in the middle of it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = await tell(error);
}
process.exit();

/** A sentence for what a person can mend; anything else is a fault of ours and says so. */
async function tell(error: unknown): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const known = error instanceof AppError ? error : await unforeseen(error);
  if (process.argv.includes('--json')) {
    const { code, message, details } = known;
    process.stdout.write(`${JSON.stringify({ error: { code, message, ...details } }, null, 2)}\n`);
  } else if (!(error instanceof CommanderError)) {
    process.stderr.write(`${known.message}\n`);
  }
  return 1;
}

async function unforeseen(error: unknown): Promise<AppError> {
  // Commander has said it on stderr already, beside the help.
  if (error instanceof CommanderError) {
    const what = error.message.startsWith('error: ') ? error.message.slice(7) : 'no command';
    return new AppError('wrong_use', `The command line was not understood: ${what}`);
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const { isDebugging } = await import('./config/index.ts');
  const where = isDebugging() ? `\n${stack}` : ' LOG_LEVEL=debug shows where.';
  return new AppError(
    'bug',
    `Something went wrong that this program did not foresee (${name}: ${message}). What the ledger holds is not affected.${where}`,
  );
}
