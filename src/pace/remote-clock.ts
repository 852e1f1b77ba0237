type Reading = { offset: number; roundTrip: number; at: number };

const KEPT_MS = 60_000;
const KEPT = 200;
/** Most that two clocks drift apart in a millisecond, ms: by their quartzes, or a slew. */
const DRIFT = 1e-4;
/** When two readings differ by more than this, ms, one of the clocks was set. */
const SLACK_MS = 5;

/** Translates between another machine's clock and our own, by the most exact of recent readings. */
export function openRemoteClock() {
  let readings: Reading[] = [];
  let best: Reading | undefined;
  let latest = 0;
  const wrongBy = ({ roundTrip, at }: Reading) => roundTrip / 2 + (latest - at) * DRIFT;
  const bestReading = () => {
    if (!best) throw new Error('Bug: a clock that was never read');
    return best;
  };
  return {
    /** The other clock showed `remote` at some time between `from` and `to` of our own; ms. */
    read(remote: number, from: number, to: number): void {
      const roundTrip = to - from;
      const reading = { offset: remote - (from + to) / 2, roundTrip, at: to };
      latest = to;
      if (best) {
        const apart = Math.abs(reading.offset - best.offset);
        if (apart > roundTrip / 2 + wrongBy(best) + SLACK_MS) readings = [];
      }
      readings.push(reading);
      readings = readings.slice(-KEPT).filter(({ at }) => at > to - KEPT_MS);
      best = readings.reduce((a, b) => (wrongBy(b) < wrongBy(a) ? b : a));
    },
    /** What our own clock shows when the other shows `remote`. Needs a reading, as all below do. */
    toLocal: (remote: number) => remote - bestReading().offset,
    /** What the other clock shows when our own shows `local`. */
    toRemote: (local: number) => local + bestReading().offset,
    /** How far off these two may be, ms. */
    uncertainty: () => wrongBy(bestReading()),
  };
}
