/** Clocks on walls, each as what it shows beyond our clock that cannot be set; ms, from least to most. */
export type WallClocks = { own: Range; database: Range };

type Range = { least: number; most: number };

/** A clock that drifts or is slewed moves by far less than this in a second; ms. */
export const JUMP_MS = 2_000;

/** The database's clock was read some time between `from` and `to` of ours, our own right after. */
export function readClocks(reading: {
  from: number;
  to: number;
  own: number;
  database: number;
}): WallClocks {
  const { from, to, own, database } = reading;
  return {
    own: { least: own - to, most: own - to },
    database: { least: database - to, most: database - from },
  };
}

/** A sentence on which clock was set between two readings; null: none was, or by very little. */
export function jumpOf(
  before: WallClocks,
  after: WallClocks,
  { withDatabase }: { withDatabase: boolean },
): string | null {
  const own = movedBy(before.own, after.own);
  if (own !== 0) return sentence('The clock of this machine', own);
  const database = withDatabase ? movedBy(before.database, after.database) : 0;
  return database === 0 ? null : sentence("The database's clock", database);
}

function movedBy(before: Range, after: Range): number {
  if (after.least - before.most > JUMP_MS) return after.least - before.most;
  if (before.least - after.most > JUMP_MS) return after.most - before.least;
  return 0;
}

function sentence(clock: string, ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  return `${clock} was set ${ms > 0 ? 'forward' : 'back'} by ${seconds} s`;
}
