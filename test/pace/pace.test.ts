import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HORIZON_MS, type Moments } from '../../src/ledger/index.ts';
import { openPace, type Pace, type Turn } from '../../src/pace/index.ts';
import { mostAtOnce } from '../support/workplace.ts';
import { type SimulatedTime, simulateTime } from './simulated-time.ts';

type Nature = {
  /** How long something takes, ms. */
  way(): number;
  /** How much later than it should a process wakes up, ms. */
  late(): number;
  /** How long it takes from the beginning to the first byte, ms. */
  connect(): number;
};
const CALM: Nature = { way: () => 1, late: () => 0, connect: () => 0 };
const ALWAYS = () => true;

/** Sends at its moment. Resolves to when that was. */
async function send(time: SimulatedTime, turn: Turn, { connect } = CALM): Promise<number> {
  do {
    await turn.moment(ALWAYS);
    await time.sleep(connect());
  } while (!turn.isInTime());
  return time.now();
}

/** The ledger's row, as its statement treats it (test/ledger/moments.test.ts), with a clock of its own. */
function row(time: SimulatedTime, rate: number | null, { way }: Nature) {
  const AHEAD_MS = 1_700_000_000_000;
  let last = Number.NEGATIVE_INFINITY;
  const model = { rate, taken: 0, isAway: false, deferred: 0 };
  return Object.assign(model, {
    async take(wanted: number): Promise<Moments> {
      await time.sleep(way());
      if (model.isAway) throw new Error('away');
      const now = time.now() + AHEAD_MS;
      const gap = model.rate && 1_015 / model.rate;
      const first = Math.max(now + 10, gap ? Math.min(last, now + HORIZON_MS) + gap : 0);
      const room = gap ? Math.max(0, 1 + Math.floor((now + HORIZON_MS - first) / gap)) : wanted;
      const count = Math.min(wanted, room);
      if (gap && count > 0) last = first + (count - 1) * gap;
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

function workers(time: SimulatedTime, ledger: ReturnType<typeof row>, nature: Nature, count = 4) {
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

describe('the pace, with four workers', () => {
  test('is never exceeded within any sliding second, whatever takes long and whoever wakes late', async () => {
    const nature = fc.record({
      // Far away or near, and not always the same.
      connects: fc
        .tuple(fc.nat({ max: 400 }), fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 60 }))
        .map(([base, more]) => more.map((ms) => base + ms)),
      ways: fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 7, maxLength: 40 }),
      lates: fc.array(
        fc.oneof(
          { weight: 20, arbitrary: fc.double({ min: -1, max: 4, noNaN: true }) },
          { weight: 1, arbitrary: fc.double({ min: 4, max: 300, noNaN: true }) },
        ),
        { minLength: 1, maxLength: 60 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        nature,
        fc.constantFrom(1, 4, 10, 50, 200),
        async ({ ways, lates, connects }, rate) => {
          let way = 0;
          let late = 0;
          let connect = 0;
          const wild: Nature = {
            // Now and then one takes very long.
            way: () => ways[way++ % ways.length]! + (way % 13 === 0 ? 60 : 0),
            late: () => lates[late++ % lates.length]!,
            connect: () => connects[connect++ % connects.length]!,
          };
          const time = simulateTime();
          const { sent, work } = workers(time, row(time, rate, wild), wild);
          work(10);
          await time.runUntil(3_000);
          expect(mostAtOnce(sent)).toBeLessThanOrEqual(rate);
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([4, 10, 50, 200])('of %d per second is used to 98 percent and more', async (rate) => {
    const time = simulateTime();
    const { sent, work } = workers(time, row(time, rate, CALM), CALM);
    work(30);
    await time.runUntil(30_000);
    expect(sent.filter((at) => at > 2_000).length / (28 * rate)).toBeGreaterThanOrEqual(0.98);
  });

  test('is right within a second of its change, up and down', async () => {
    const time = simulateTime();
    const ledger = row(time, 10, CALM);
    const { sent, work } = workers(time, ledger, CALM);
    work(30);
    const between = (from: number, to: number) => sent.filter((at) => at >= from && at < to);
    await time.runUntil(5_000);
    ledger.rate = 40;
    await time.runUntil(10_000);
    ledger.rate = 5;
    await time.runUntil(15_000);
    expect(between(6_000, 7_000).length).toBeGreaterThanOrEqual(39);
    expect(mostAtOnce(between(0, 11_000))).toBeLessThanOrEqual(40);
    expect(mostAtOnce(between(11_000, 15_000))).toBeLessThanOrEqual(5);
    expect(between(11_000, 15_000).length).toBeGreaterThanOrEqual(19);
  });

  test('that is very slow is changed to a quick one just as fast', async () => {
    const time = simulateTime();
    const ledger = row(time, 0.01, CALM);
    const { sent, work } = workers(time, ledger, CALM);
    work(5);
    await time.runUntil(5_000);
    expect(sent).toHaveLength(1);
    ledger.rate = 20;
    await time.runUntil(6_000);
    expect(sent.length).toBeGreaterThan(10);
  });

  test('says when more are waiting than can be sent soon, and for how long', async () => {
    const time = simulateTime();
    const { backlogs, work } = workers(time, row(time, 4, CALM), CALM);
    work(20);
    await time.runUntil(1_000);
    expect(backlogs.length).toBeGreaterThan(0);
    // Not so long that nothing would be left to send before it is over.
    expect(Math.max(...backlogs)).toBeLessThan(20 * (1_015 / 4));
    expect(Math.min(...backlogs)).toBeGreaterThanOrEqual(900);
  });

  test('asks the ledger less than once for two orders when it is quick', async () => {
    const time = simulateTime();
    const ledger = row(time, 200, CALM);
    const { sent, work } = workers(time, ledger, CALM);
    work(50);
    await time.runUntil(10_000);
    expect(ledger.taken).toBeLessThan(sent.length / 2);
  });
});

describe('one order', () => {
  test('is claimed 25 ms before its moment, and those of the next 20 ms with it', async () => {
    const time = simulateTime();
    const { paces } = workers(time, row(time, 4, CALM), CALM, 1);
    await time.runUntil(1);
    const turns: number[] = [];
    const moments: number[] = [];
    for (let i = 0; i < 2; i++) {
      paces[0]!.turn().then(async (turn) => {
        turns.push(time.now());
        moments.push(await send(time, turn!));
      });
    }
    await time.runUntil(2_000);
    expect(moments[1]! - moments[0]!).toBeCloseTo(1_015 / 4);
    expect(moments[1]! - turns[1]!).toBeGreaterThanOrEqual(25);
    expect(moments[1]! - turns[1]!).toBeLessThan(45);
  });

  test('is begun so much earlier that it leaves at its moment, however long connecting takes', async () => {
    const time = simulateTime();
    const far = { ...CALM, connect: () => 150 };
    const { sent, work } = workers(time, row(time, 10, CALM), far);
    work(10);
    await time.runUntil(10_000);
    expect(sent.filter((at) => at > 2_000).length / 80).toBeGreaterThanOrEqual(0.97);
    expect(mostAtOnce(sent)).toBeLessThanOrEqual(10);
  });

  test('that would leave too early is not let go, and leaves at its moment', async () => {
    const time = simulateTime();
    const { paces } = workers(time, row(time, 1, CALM), CALM, 1);
    const turns = [paces[0]!.turn(), paces[0]!.turn()] as const;
    let connects = 0;
    const nature = { ...CALM, connect: () => [200, 20, 20][connects++]! };
    const first = turns[0].then((turn) => send(time, turn!, nature));
    const second = turns[1].then((turn) => send(time, turn!, nature));
    await time.runUntil(3_000);
    expect(connects).toBe(3);
    expect((await second) - (await first)).toBeGreaterThanOrEqual(1_000);
  });

  test('that is not sent leaves its moment to the next one', async () => {
    const time = simulateTime();
    const { paces } = workers(time, row(time, 1, CALM), CALM, 1);
    const first = paces[0]!.turn();
    const sentAt = paces[0]!.turn().then((turn) => send(time, turn!));
    first.then((turn) => turn!.giveBack());
    await time.runUntil(100);
    expect(await sentAt).toBeLessThan(20);
  });

  test('that has missed its moment by far takes another, before those that wait', async () => {
    const time = simulateTime();
    const ledger = row(time, 20, CALM);
    const { paces } = workers(time, ledger, CALM, 1);
    const turn = paces[0]!.turn();
    await time.runUntil(100);
    const sendOne = (turn: Turn | null) => send(time, turn!);
    // They are waiting for their moments to be given when the late one asks again.
    ledger.rate = 2;
    const others = [paces[0]!.turn().then(sendOne), paces[0]!.turn().then(sendOne)];
    const late = sendOne(await turn);
    await time.runUntil(3_000);
    expect(await late).toBeGreaterThan(100);
    expect(await late).toBeLessThan(Math.min(...(await Promise.all(others))));
    expect(ledger.deferred).toBe(0);
  });

  test('that has missed it by little is sent, and the later ones are moved back', async () => {
    const time = simulateTime();
    const ledger = row(time, 4, CALM);
    const { paces } = workers(time, ledger, CALM, 1);
    const turn = paces[0]!.turn();
    await time.runUntil(61);
    await (await turn)!.moment(ALWAYS);
    expect([(await turn)!.isInTime(), time.now()]).toEqual([true, 61]);
    await time.runUntil(70);
    // Its moment was at 17 (after seven ways, and 10 ahead); 10 more are allowed for.
    expect(ledger.deferred).toBeCloseTo(34, 0);
  });

  test('waits for another moment only as long as it may be sent, also without a ledger', async () => {
    const time = simulateTime();
    const ledger = row(time, 20, CALM);
    const { paces } = workers(time, ledger, CALM, 1);
    const turn = paces[0]!.turn();
    await time.runUntil(200);
    ledger.isAway = true;
    const over = (await turn)!.moment(() => time.now() < 5_000).then(() => time.now());
    await time.runUntil(10_000);
    expect(await over).toBeGreaterThanOrEqual(5_000);
    expect(await over).toBeLessThan(6_000);
  });

  test('is told when no moment can be had', async () => {
    const time = simulateTime();
    const ledger = row(time, 20, CALM);
    ledger.isAway = true;
    const { paces } = workers(time, ledger, CALM, 1);
    const refused = expect(paces[0]!.turn()).rejects.toThrow('away');
    await time.runUntil(10);
    await refused;
  });

  test('that has no turn yet gets none when the worker stops', async () => {
    const time = simulateTime();
    const { paces } = workers(time, row(time, 0.1, CALM), CALM, 1);
    const turns = [paces[0]!.turn(), paces[0]!.turn(), paces[0]!.turn()];
    await time.runUntil(100);
    paces[0]!.close();
    expect((await Promise.all(turns)).map((turn) => turn === null)).toEqual([false, true, true]);
    expect(await paces[0]!.turn()).toBeNull();
  });

  test('waits for nothing when there is no pace, and the ledger is asked twice a second', async () => {
    const time = simulateTime();
    const ledger = row(time, null, CALM);
    const { sent, work } = workers(time, ledger, CALM, 1);
    work(20);
    await time.runUntil(2_000);
    expect(sent.length).toBeGreaterThan(1_500);
    expect(ledger.taken).toBeLessThanOrEqual(8);
  });
});
