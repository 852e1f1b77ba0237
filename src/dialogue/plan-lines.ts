import { counted } from '../english.ts';
import { missingOf, type PlanDocument } from '../ledger/index.ts';
import type { Operations, ShownLine } from '../operations/index.ts';
import { type ScreenLine, table } from '../terminal/index.ts';

/** Enough for a look; lines.csv has them all. */
const SHOWN_LINES = 20;

/** A plan's lines as a table: all of a short plan, or the first incomplete ones of a long plan. */
export async function describeLines(
  operations: Operations,
  plan: PlanDocument,
): Promise<ScreenLine[]> {
  const isSome = plan.substituted > 0;
  const isPending = plan.pending > 0;
  const rows = (await shownLines(operations, plan)).map((l) => [
    String(l.line),
    l.areaCode ?? '',
    l.type,
    l.requested,
    l.bought,
    ...(isSome ? [l.substituted] : []),
    missingOf(l),
    l.unknown,
    l.cancelled,
    ...(isPending ? [l.pending] : []),
    l.reason ?? '',
  ]);
  if (rows.length === 0) return [];
  const instead = isSome ? ['substituted'] : [];
  const counts = ['requested', 'bought', ...instead, 'missing', 'unknown', 'cancelled'];
  const pending = isPending ? ['pending'] : [];
  return [
    ...table(['line', 'area code', 'type', ...counts, ...pending, 'why'], rows),
    plan.lines > SHOWN_LINES && `  (of ${counted(plan.lines, 'line')}; lines.csv has them all)`,
  ];
}

async function shownLines(
  operations: Operations,
  { id, lines }: PlanDocument,
): Promise<ShownLine[]> {
  const limit = SHOWN_LINES;
  if (lines <= limit) return operations.lines(id, { filter: 'all', limit });
  const found = new Map<number, ShownLine>();
  for (const filter of ['missing', 'unknown', 'waiting'] as const) {
    for (const line of await operations.lines(id, { filter, limit })) found.set(line.line, line);
  }
  return [...found.values()].sort((a, b) => a.line - b.line).slice(0, limit);
}
