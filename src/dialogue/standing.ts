import { counted } from '../english.ts';
import { awaitsAnswers, type PlanDocument, type StandingLines } from '../ledger/index.ts';
import type { ScreenLine } from '../terminal/index.ts';
import type { CommandSite } from './obstacles.ts';

/** `2 orders wait for the vendor's answer`; null while others are still to be sent. */
export function answersAwaited(plan: PlanDocument): string | null {
  if (!awaitsAnswers(plan)) return null;
  const wait = plan.sendingOrders === 1 ? 'waits' : 'wait';
  return `${counted(plan.sendingOrders, 'order')} ${wait} for the vendor's answer`;
}

export function standingLine(
  { id, standing }: PlanDocument,
  { isRemote }: CommandSite,
): ScreenLine {
  if (standing === null) return null;
  const { lines, nextAt, until } = standing;
  const [wait, their, them] = lines === 1 ? ['waits', 'its', 'it'] : ['wait', 'their', 'them'];
  const next = nextAt === null ? '' : `, ${second(nextAt)}`;
  const worker = isRemote ? '' : ' A worker must be running then: "work".';
  return (
    `${counted(lines, 'line')} ${wait} for ${their} next try${next}; the last of the tries is ` +
    `before ${minute(until)}. To stop trying ${them}: "close ${id}".${worker}`
  );
}

/** `standing, next try 2026-08-17 20:03:10 UTC`, for a line of progress. */
export function standingState({ nextAt }: StandingLines): string {
  return nextAt === null ? 'standing' : `standing, next try ${second(nextAt)}`;
}

const second = (at: Date) => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** How long a plan is watched after it first stood, ms. */
const PATIENCE_MS = 60_000;

/** Says whether to wait for the next try of a plan's lines: only when it comes within a minute. */
export function openPatience(): (plan: PlanDocument) => boolean {
  let deadline: number | undefined;
  return ({ standing }) => {
    const now = Date.now();
    deadline ??= now + PATIENCE_MS;
    const next = standing?.nextAt ?? standing?.until;
    // Without a line that waits, a worker ends the plan in a moment.
    return now < deadline && (next === undefined || next.getTime() < deadline);
  };
}
