import { Command, CommanderError } from 'commander';
import { addAccount } from './commands/account.ts';
import { addAudit } from './commands/audit.ts';
import { addCheck } from './commands/check.ts';
import { addMigrate } from './commands/migrate.ts';
import { addOrder } from './commands/order.ts';
import { addReconcile } from './commands/reconcile.ts';
import { addResults } from './commands/results.ts';
import { addSandbox } from './commands/sandbox.ts';
import { addServe } from './commands/serve.ts';
import { addPlans, addShow } from './commands/show.ts';
import { addStart } from './commands/start.ts';
import { addSteer } from './commands/steer.ts';
import { addSubmit } from './commands/submit.ts';
import { addSettle, addUnknown } from './commands/unknown.ts';
import { addUp } from './commands/up.ts';
import { addWatch } from './commands/watch.ts';
import { addWork } from './commands/work.ts';
import { isDebugging } from './config/index.ts';
import { AppError } from './errors.ts';

const program = new Command('bulk-order')
  .description('Buys phone numbers by the thousand, each order at most once.')
  .option('--json', 'one JSON document on stdout')
  .showHelpAfterError('(--help shows how)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

for (const add of [
  addUp,
  addCheck,
  addOrder,
  addSubmit,
  addStart,
  addWork,
  addServe,
  addPlans,
  addShow,
  addWatch,
  addResults,
  addSteer,
  addUnknown,
  addSettle,
  addReconcile,
  addAccount,
  addAudit,
  addSandbox,
  addMigrate,
]) {
  add(program);
}

// Whoever reads along may stop doing so (`| head`, a closed terminal). What is being bought is
// finished all the same; unheard, the event would end the process in the middle of it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}
process.exit();

/** A sentence for what a person can mend; anything else is a fault of ours and says so. */
function tell(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const known = error instanceof AppError ? error : unforeseen(error);
  if (process.argv.includes('--json')) {
    const { code, message, details } = known;
    process.stdout.write(`${JSON.stringify({ error: { code, message, ...details } }, null, 2)}\n`);
  } else if (!(error instanceof CommanderError)) {
    process.stderr.write(`${known.message}\n`);
  }
  return 1;
}

function unforeseen(error: unknown): AppError {
  // Commander has said it on stderr already, beside the help.
  if (error instanceof CommanderError) {
    const what = error.message.startsWith('error: ') ? error.message.slice(7) : 'no command';
    return new AppError('wrong_use', `The command line was not understood: ${what}`);
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const where = isDebugging() ? `\n${stack}` : ' LOG_LEVEL=debug shows where.';
  return new AppError(
    'bug',
    `Something went wrong that this program did not foresee (${name}: ${message}). What the ledger holds is not affected.${where}`,
  );
}
