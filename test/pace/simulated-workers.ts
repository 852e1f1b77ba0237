import { START_WITHIN_MS } from '../../jobs/claim-deadline.ts';
import {
  HORIZON_MS,
  type LateUse,
  LONGER_MS,
  type Moments,
  ON_TIME_MS,
} from '../../src/ledger/index.ts';
import { openPace, type Pace, type Turn } from '../../src/pace/index.ts';
import { randomFrom } from '../support/random.ts';
import type { SimulatedTime } from './simulated-time.ts';

export type Nature = {
  /** How long something takes, ms. */
  way(): number;
  /** How much later than it should a process wakes up, ms. */
  late(): number;
  /** How long connecting takes, ms. */
  connect(): number;
};
export const CALM: Nature = { way: () => 1, late: () => 0, connect: () => 0 };
export const ALWAYS = () => true;

/** Other programs want the processors too: each tenth time a process wakes 20 to 80 ms late. */
export function busyNature(): Nature {
  const { below } = randomFrom(1);
  const between = (least: number, most: number) => least + below(1_000 * (most - least)) / 1_000;
  return {
    way: () => between(1, 7),
    connect: () => between(1, 5),
    late() {
      const kind = below(10);
      if (kind < 6) return between(0, 3);
      return kind < 9 ? between(3, 20) : between(20, 80);
    },
  };
}

/** Sends at its moment. Resolves to when that was. Rejects once it may not be sent any more. */
export async function send(
  time: SimulatedTime,
  turn: Turn,
  { connect } = CALM,
  mayStart = ALWAYS,
): Promise<number> {
  do {
    await time.sleep(connect());
    await turn.moment(mayStart);
    if (!mayStart()) {
      turn.drop();
      throw new Error('too late');
    }
  } while (!turn.isInTime());
  return time.now();
}

/**
 * The ledger's row, as its statement treats it (test/ledger/accounts/send-moments.test.ts), with a
 * clock of its own.
 */
export function row(time: SimulatedTime, rate: number | null, { way }: Nature) {
  let last = Number.NEGATIVE_INFINITY;
  /** When each place of the second is free again. */
  let free: number[] = [];
  /** `ahead`: how far its clock is before ours, ms. */
  const model = {
    rate,
    taken: 0,
    isAway: false,
    isDeaf: false,
    noted: 0,
    ahead: 1_700_000_000_000,
  };
  const afterUse = (pace: number) => (1_000 * Math.ceil(pace)) / pace + LONGER_MS;
  return Object.assign(model, {
    async take(wanted: number): Promise<Moments> {
      await time.sleep(way());
      if (model.isAway) throw new Error('away');
      const now = time.now() + model.ahead;
      model.taken += 1;
      const pace = model.rate;
      if (pace === null) {
        await time.sleep(way());
        return { given: [], next: now, now, gap: null, rate: pace };
      }
      const horizon = now + HORIZON_MS;
      const gap = 1_000 / pace;
      const latest = horizon + afterUse(pace) + ON_TIME_MS;
      const count = Math.ceil(pace);
      free = Array.from({ length: Math.max(count, free.length) }, (_, place) =>
        Math.min(free[place] ?? Number.NEGATIVE_INFINITY, latest),
      );
      last = Math.min(last, horizon);
      const given: Moments['given'] = [];
      const places = [...free.keys()]
        .sort((a, b) => free[b]! - free[a]! || a - b)
        .slice(0, count)
        .sort((a, b) => free[a]! - free[b]! || a - b);
      let next = horizon;
      for (const place of places) {
        const isInUse = free[place]! > now + 10;
        next = Math.max(now + 10, free[place]!, last + (isInUse ? 0.5 : 1) * gap);
        if (given.length === wanted || next > horizon) break;
        given.push({ place, at: next });
        free[place] = next + afterUse(pace) + ON_TIME_MS;
        last = next;
      }
      await time.sleep(way());
      return { given, next, now, gap, rate: pace };
    },
    async noteLate(late: LateUse[]): Promise<void> {
      await time.sleep(way());
      if (model.isDeaf) throw new Error('away');
      model.noted += late.length;
      for (const { place, at } of late)
        free[place] = Math.max(free[place]!, at + afterUse(model.rate!));
    },
  });
}

export function workers(
  time: SimulatedTime,
  ledger: ReturnType<typeof row>,
  nature: Nature,
  count = 4,
) {
  const sent: number[] = [];
  /** When orders were given up, because they had waited for too long. */
  const givenUp: number[] = [];
  const backlogs: number[] = [];
  // Time goes on, even where a timer rings early.
  const sleep = (ms: number) => time.sleep(Math.max(0.01, ms + nature.late()));
  const paces = Array.from({ length: count }, () =>
    openPace({ ...ledger, now: time.now, sleep, onBacklog: (ms) => backlogs.push(ms) }),
  );
  /** Orders, one after another, as long as there is work. */
  async function place(pace: Pace): Promise<void> {
    while (true) {
      const turn = await pace.turn().catch(() => undefined);
      if (turn === null) return;
      if (!turn) {
        await time.sleep(1_000);
        continue;
      }
      const startBy = time.now() + START_WITHIN_MS;
      await time.sleep(nature.way());
      await send(time, turn, nature, () => time.now() < startBy).then(
        (at) => sent.push(at),
        () => givenUp.push(time.now()),
      );
      await time.sleep(20);
    }
  }
  const work = (concurrency: number) => {
    for (const pace of paces) for (let i = 0; i < concurrency; i++) place(pace);
  };
  return { paces, sent, givenUp, backlogs, work };
}
