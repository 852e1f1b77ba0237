import { HORIZON_MS, type Moments } from '../../src/ledger/index.ts';
import { openPace, type Pace, type Turn } from '../../src/pace/index.ts';
import type { SimulatedTime } from './simulated-time.ts';

export type Nature = {
  /** How long something takes, ms. */
  way(): number;
  /** How much later than it should a process wakes up, ms. */
  late(): number;
  /** How long it takes from the beginning to the first byte, ms. */
  connect(): number;
};
export const CALM: Nature = { way: () => 1, late: () => 0, connect: () => 0 };
export const ALWAYS = () => true;

/** Sends at its moment. Resolves to when that was. */
export async function send(time: SimulatedTime, turn: Turn, { connect } = CALM): Promise<number> {
  do {
    await turn.moment(ALWAYS);
    await time.sleep(connect());
  } while (!turn.isInTime());
  return time.now();
}

/**
 * The ledger's row, as its statement treats it (test/ledger/accounts/send-moments.test.ts), with a
 * clock of its own.
 */
export function row(time: SimulatedTime, rate: number | null, { way }: Nature) {
  let last = Number.NEGATIVE_INFINITY;
  /** `ahead`: how far its clock is before ours, ms. */
  const model = { rate, taken: 0, isAway: false, deferred: 0, ahead: 1_700_000_000_000 };
  return Object.assign(model, {
    async take(wanted: number): Promise<Moments> {
      await time.sleep(way());
      if (model.isAway) throw new Error('away');
      const now = time.now() + model.ahead;
      const possible = Math.min(last, now + HORIZON_MS);
      const gap = model.rate && 1_015 / model.rate;
      const first = Math.max(now + 10, gap ? possible + gap : 0);
      const room = gap ? Math.max(0, 1 + Math.floor((now + HORIZON_MS - first) / gap)) : wanted;
      const count = Math.min(wanted, room);
      if (gap) last = count > 0 ? first + (count - 1) * gap : possible;
      model.taken += 1;
      await time.sleep(way());
      return { count, now, first, gap, rate: model.rate };
    },
    async defer(ms: number): Promise<void> {
      await time.sleep(way());
      last += ms;
      model.deferred += ms;
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
  const backlogs: number[] = [];
  const sleep = (ms: number) => time.sleep(ms + nature.late());
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
      await time.sleep(nature.way());
      sent.push(await send(time, turn, nature));
      await time.sleep(20);
    }
  }
  const work = (concurrency: number) => {
    for (const pace of paces) for (let i = 0; i < concurrency; i++) place(pace);
  };
  return { paces, sent, backlogs, work };
}
