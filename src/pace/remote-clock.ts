/** Translates another machine's clock into our own, from readings and their precision. */
export type RemoteClock = {
  /** It showed `remote` at some time between `from` and `to` of our own clock; ms. */
  read(remote: number, from: number, to: number): void;
  /** When our own clock reaches `remote`. This and the rest need at least one reading. */
  toLocal(remote: number): number;
  /** What it shows when our own clock shows `local`. */
  toRemote(local: number): number;
  /** How far off both may be, ms. */
  uncertainty(): number;
};

type Reading = { offset: number; roundTrip: number; at: number };

/** Two quartzes drift apart by some 50 ms in ten minutes: less than 5 ms in this time. */
const KEPT_MS = 60_000;
const KEPT = 200;
/** Readings that contradict each other by more than this, ms: one of the clocks was set. */
const SLACK_MS = 5;
/** Most of the uncertainty that counts, ms: a longer way to a server is as long for the others. */
const MOST_UNCERTAIN_MS = 5;

/** The reading with the shortest round trip is the most exact, so it counts. */
export function openRemoteClock(): RemoteClock {
  let readings: Reading[] = [];
  let best: Reading | undefined;
  const read = () => {
    if (!best) throw new Error('Bug: a clock that was never read');
    return best;
  };
  return {
    read(remote, from, to) {
      const roundTrip = to - from;
      const reading = { offset: remote - (from + to) / 2, roundTrip, at: to };
      if (best) {
        const apart = Math.abs(reading.offset - best.offset);
        if (apart > (roundTrip + best.roundTrip) / 2 + SLACK_MS) readings = [];
      }
      readings.push(reading);
      readings = readings.slice(-KEPT).filter(({ at }) => at > to - KEPT_MS);
      best = readings.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a));
    },
    toLocal: (remote) => remote - read().offset,
    toRemote: (local) => local + read().offset,
    uncertainty: () => Math.min(MOST_UNCERTAIN_MS, read().roundTrip / 2),
  };
}
