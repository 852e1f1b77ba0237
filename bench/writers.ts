/**
 * Claims and records orders of a plan in batches as fast as it can, twice at once, and counts them.
 */
import { claimOrders, openPostgres, orderId, recordAnswers } from '../src/ledger/index.ts';
import { filled } from './filled.ts';

const WRITERS = 2;
const BATCH = 40;
/** How often it tells how many are done, ms. */
const TELL_MS = 100;

const [database = '', plan, account, from] = process.argv.slice(2);
const accountId = Number(account);
const ledger = openPostgres(database);
let next = Number(from);
let done = 0;

async function write(worker: string): Promise<void> {
  while (true) {
    const ids = Array.from({ length: BATCH }, (_, at) => orderId(Number(plan), next + at));
    next += BATCH;
    const claimed = await claimOrders(ledger, ids, { accountId, worker, deadlineMs: 120_000 });
    if (claimed.length === 0) return;
    const recorded = await recordAnswers(ledger, accountId, filled(claimed));
    done += recorded.length;
  }
}

setInterval(() => process.stdout.write(`${JSON.stringify({ at: Date.now(), done })}\n`), TELL_MS);
await Promise.all(Array.from({ length: WRITERS }, (_, at) => write(`writer ${at}`)));
process.exit();
