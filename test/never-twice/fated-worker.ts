/**
 * A worker process like any other, but for what becomes of it at a certain statement on the ledger:
 * it kills itself, stops itself or blocks its event loop, just before the statement is sent or just
 * after its answer came. Run with a `Fate` as JSON; the configuration is the usual one.
 */
import { existsSync, writeSync } from 'node:fs';
import { readConfig } from '../../src/config/index.ts';
import { findAccount, type Ledger, openPostgres } from '../../src/ledger/index.ts';
import { createLog } from '../../src/log.ts';
import { keepSecret } from '../../src/scrub.ts';
import { openWorker } from '../../src/worker/index.ts';

export type Fate = {
  /** `never`: it is met from outside. */
  when: 'before' | 'after' | 'never';
  /** The claim, or the record, of an order. */
  statement: 'claim_orders' | 'record_answers';
  /** At which one of them: 1 is the first. */
  nth: number;
  operation: 'SIGKILL' | 'SIGSTOP' | 'block';
  /** A blocked event loop goes on when this file exists. */
  until?: string;
};

/** Stopped means stopped at once: a signal to oneself is seen before the next line. */
function meet({ operation, until = '' }: Fate, orderId: number): void {
  writeSync(1, `fate met over order ${orderId}\n`);
  if (operation !== 'block') process.kill(process.pid, operation);
  else while (!existsSync(until)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}

function fated(ledger: Ledger, fate: Fate): Ledger {
  let left = fate.nth;
  /** Either statement names the orders first, and a job is about one. */
  const at = (when: Fate['when'], name: string, values: readonly unknown[]) => {
    if (when !== fate.when || name !== fate.statement || --left !== 0) return;
    // As an array, or as the text of one.
    meet(fate, Number(/\d+/.exec(String(values[0]))?.[0]));
  };
  return {
    ...ledger,
    async query<Row>(name: string, sql: string, values: readonly unknown[] = []) {
      at('before', name, values);
      const rows = await ledger.query<Row>(name, sql, values);
      // A claim that got nothing is none.
      if (rows.length > 0) at('after', name, values);
      return rows;
    },
  };
}

const fate = JSON.parse(process.argv[2]!) as Fate;
const config = readConfig();
const log = createLog(config.logLevel ?? 'info', keepSecret(config.secrets));
const ledger = fated(openPostgres(config.databaseUrl!), fate);
const account = await findAccount(ledger, 'sandbox');
const worker = await openWorker({
  config,
  ledger,
  account,
  settings: () => config.accounts[0]!,
  log,
});
process.once('SIGTERM', async () => {
  await worker.stop();
  log.info('worker stopped');
  process.exit();
});
worker.start();
log.info('worker started');
