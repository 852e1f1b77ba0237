/**
 * Lists that lie. Each lies so that it can be told: numbers that the ledger knows to be there are
 * missing, or it ends at a round number. A list that leaves out nothing but what was just bought,
 * for longer than the settling time, cannot be told from an honest one.
 */
import type { Lie } from './list.ts';
import type { Stage } from './stage.ts';

const CAP = 100;

export const LIES = {
  empty: (stage) => ifTold(stage, () => []),
  shrunk: (stage) => ifTold(stage, (whole) => whole.slice(0, 10)),
  'a third': (stage) => ifTold(stage, (whole) => whole.filter((_, at) => at % 3 === 0)),
  old: (stage) => {
    const then = new Set(stage.books.owned.keys());
    return ifTold(stage, (whole) => whole.filter((number) => then.has(number)));
  },
  capped: () => async (whole) => whole.slice(0, CAP),
  'capped, the newest first': () => async (whole) => whole.slice(-CAP),
} as const satisfies Record<string, (stage: Stage) => Lie>;

/** The list, or the whole one when nobody could tell the difference. */
function ifTold({ database }: Stage, lie: (whole: string[]) => string[]): Lie {
  return async (whole) => {
    const shown = lie(whole);
    const [told] = await database.ledger.query<{ isTold: boolean }>(
      `select count(*) filter (where not number = any($1::bigint[])) * 10 > count(*) as "isTold"
       from ledger.owned`,
      [shown],
    );
    return told?.isTold ? shown : whole;
  };
}
