/**
 * Opens the folder that it is given, as a program does after a power cut, and says what is there.
 */
import { migrate, openEmbedded } from '../../src/ledger/index.ts';

const ledger = await openEmbedded(process.argv[2] ?? '', 'show');
await migrate(ledger);
const entries = [...(ledger.journal?.since(0) ?? [])].flat();
const [there] = await ledger.query<{ found: string | null }>(
  `select to_regclass('ledger.written') as found`,
);
const [rows] = there?.found
  ? await ledger.query<{ count: number; last: number; decided: number }>(
      `select count(*)::int as count, coalesce(max(n), 0) as last,
         coalesce(max(n) filter (where filler = 'decided'), 0) as decided from ledger.written`,
    )
  : [];
const [marked, answered] = [new Set<number>(), new Set<number>()];
for (const { order, answer } of entries) {
  marked.add(order);
  if (answer === `{"numbers":"${order}"}`) answered.add(order);
}
process.stdout.write(
  `${JSON.stringify({
    isOriginal: ledger.journal?.isOriginal,
    warnings: ledger.warnings,
    marked: wholeUpTo(marked),
    answered: wholeUpTo(answered),
    stored: rows?.last ?? 0,
    decided: rows?.decided ?? 0,
    holes: (rows?.last ?? 0) - (rows?.count ?? 0),
  })}\n`,
);
await ledger.close();

/** The last of those that follow each other without a gap. */
function wholeUpTo(orders: Set<number>): number {
  let last = 0;
  while (orders.has(last + 1)) last += 1;
  return last;
}
