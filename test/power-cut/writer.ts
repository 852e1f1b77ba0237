/**
 * Marks, answers and stores in the folder that it is given, `count` batches or for ever, and says
 * what it has done.
 */
import { writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { migrate, openEmbedded } from '../../src/ledger/index.ts';

const ledger = await openEmbedded(process.argv[2] ?? '', 'work');
await migrate(ledger);
await ledger.script(
  'create table if not exists ledger.written (n integer primary key, filler text)',
);
const NOTE = `update ledger.written set filler = 'decided' where n = $1`;
const { journal } = ledger;
if (!journal) throw new Error('The embedded ledger has no journal.');
const entries = [...journal.since(0)].flat();
let order = Math.max(0, ...entries.map((entry) => entry.order));
// What the last cut left half done.
journal.answer(entries.map((entry) => ({ ...entry, answer: answerTo(entry.order) })));
await store(1, order);
say('open');

for (let left = Number(process.argv[3] ?? Number.POSITIVE_INFINITY); left > 0; left--) {
  const batch = Array.from({ length: 1 + (order % 12) }, () => attempt(++order));
  journal.mark(batch);
  say(`marked ${order}`);
  journal.answer(batch.map((entry) => ({ ...entry, answer: answerTo(entry.order) })));
  say(`answered ${order}`);
  await store(order - batch.length + 1, order);
  say(`stored ${order}`);
  if (order % 5 === 0) {
    // As when a person decides something.
    await ledger.transaction((tx) => tx.query(NOTE, [order]));
    say(`decided ${order}`);
  }
  // As a worker does that waits for the vendor: the database syncs in between.
  await turn();
}

await ledger.close();

async function store(from: number, to: number): Promise<void> {
  await ledger.query(
    `insert into ledger.written select n, repeat('x', 300) from generate_series($1::int, $2) n
     on conflict do nothing`,
    [from, to],
  );
}

function answerTo(order: number): string {
  return `{"numbers":"${order}"}`;
}

function attempt(order: number) {
  const claimedAt = new Date().toISOString();
  return { planKey: 'file:1', order, attempt: 1, nonce: 7, quantity: 25, worker: 'w', claimedAt };
}

/** At once: what is said is in the pipe before anything else is done. */
function say(line: string): void {
  writeSync(1, `${line} ${Date.now()}\n`);
}
