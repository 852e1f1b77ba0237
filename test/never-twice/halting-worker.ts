/**
 * A worker process that kills itself, stops itself or blocks its event loop at a certain statement
 * on the ledger: just before the statement is sent or just after its answer came. Run with a `Halt`
 * as JSON; the configuration is the usual one.
 */
import { existsSync, writeSync } from 'node:fs';
import { keysOf, readConfig } from '../../src/config/index.ts';
import { findAccount, type Ledger, openPostgres } from '../../src/ledger/index.ts';
import { createLog } from '../../src/log.ts';
import { keepSecret } from '../../src/scrub.ts';
import { openWorker } from '../../src/worker/index.ts';
import { labelOf } from '../support/ledger.ts';

export type Halt = {
  /** `never`: the test ends the process from outside. */
  when: 'before' | 'after' | 'never';
  /** The claim, or the record, of an order. */
  statement: 'claim_orders' | 'record_plain';
  /** Which one of them, from 1. */
  nth: number;
  operation: 'SIGKILL' | 'SIGSTOP' | 'block';
  /** A blocked event loop goes on when this file exists. */
  until?: string;
};

/** Stopped means stopped at once: a signal to oneself is seen before the next line. */
function haltAt({ operation, until = '' }: Halt, orderId: number): void {
  writeSync(1, `halted at order ${orderId}\n`);
  if (operation !== 'block') process.kill(process.pid, operation);
  else while (!existsSync(until)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}

function halting(ledger: Ledger, halt: Halt): Ledger {
  let left = halt.nth;
  /** Either statement names the orders first, and a job is about one. */
  const at = (when: Halt['when'], text: string, values: readonly unknown[]) => {
    if (when !== halt.when || labelOf(text) !== halt.statement || --left !== 0) return;
    // As an array, or as the text of one.
    haltAt(halt, Number(/\d+/.exec(String(values[0]))?.[0]));
  };
  return {
    ...ledger,
    async query<Row>(text: string, values: readonly unknown[] = []) {
      at('before', text, values);
      const rows = await ledger.query<Row>(text, values);
      // A claim that gets nothing does not count.
      if (rows.length > 0) at('after', text, values);
      return rows;
    },
  };
}

const halt = JSON.parse(process.argv[2]!) as Halt;
const config = await readConfig();
const log = createLog(config.logLevel ?? 'info', keepSecret(config.secrets));
const ledger = halting(openPostgres(config.databaseUrl!), halt);
const account = await findAccount(ledger, 'sandbox');
const worker = await openWorker({
  config,
  ledger,
  account,
  settings: () => config.accounts[0]!,
  isHalted: () => false,
  keys: keepSecret(keysOf(config.accounts)),
  log,
});
process.once('SIGTERM', async () => {
  await worker.stop();
  log.info('worker stopped');
  process.exit();
});
worker.start();
log.info('worker started');
