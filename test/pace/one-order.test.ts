import { describe, expect, test } from 'vitest';
import type { Turn } from '../../src/pace/index.ts';
import { mostAtOnce } from '../support/workplace.ts';
import { simulateTime } from './simulated-time.ts';
import { ALWAYS, busyNature, CALM, row, send, workers } from './simulated-workers.ts';

/** One worker, and a vendor that is near. */
function oneWorker(rate: number | null) {
  const time = simulateTime();
  const ledger = row(time, rate, CALM);
  const { paces, ...worker } = workers(time, ledger, CALM, 1);
  return { time, ledger, pace: paces[0]!, ...worker };
}

/** It has a turn, and missed its moment of the first half second. */
async function orderThatMissed() {
  const one = oneWorker(20);
  const turn = one.pace.turn();
  await one.time.runUntil(500);
  return { ...one, turn: (await turn)! };
}

describe('one order', () => {
  test('is claimed 25 ms before its moment, and those of the next 20 ms with it', async () => {
    const { time, pace } = oneWorker(4);
    await time.runUntil(1);
    const turns: number[] = [];
    const moments: number[] = [];
    for (let i = 0; i < 2; i++) {
      pace.turn().then(async (turn) => {
        turns.push(time.now());
        moments.push(await send(time, turn!));
      });
    }
    await time.runUntil(2_000);
    expect(moments[1]! - moments[0]!).toBeCloseTo(1_000 / 4);
    expect(moments[1]! - turns[1]!).toBeGreaterThanOrEqual(25);
    expect(moments[1]! - turns[1]!).toBeLessThan(45);
  });

  test.each([
    { ms: 150, count: 4 },
    { ms: 550, count: 4 },
    { ms: 800, count: 20 },
    { ms: 3_000, count: 4 },
  ])(
    'leaves at a moment, its own or a later one, where $count workers connect for $ms ms',
    async ({ ms, count }) => {
      for (const rate of [1, 4, 10, 50]) {
        const time = simulateTime();
        const far = { ...busyNature(), connect: () => ms };
        const { sent, givenUp, work } = workers(time, row(time, rate, far), far, count);
        work(50);
        await time.runUntil(60_000);
        const after = sent.filter((at) => at > 20_000).length;
        expect(after / (40 * rate)).toBeGreaterThanOrEqual(0.9);
        expect(givenUp.length).toBeLessThanOrEqual(sent.length / 20);
        expect(mostAtOnce(sent)).toBeLessThanOrEqual(rate);
      }
    },
  );

  test('that is connected sooner than usual waits, and leaves at its moment', async () => {
    const { time, pace } = oneWorker(1);
    const turns = [pace.turn(), pace.turn()] as const;
    let connects = 0;
    const nature = { ...CALM, connect: () => [200, 20][connects++]! };
    const first = turns[0].then((turn) => send(time, turn!, nature));
    const second = turns[1].then((turn) => send(time, turn!, nature));
    await time.runUntil(3_000);
    expect((await second) - (await first)).toBeGreaterThanOrEqual(1_000);
  });

  test('that is not sent leaves its moment to the next one', async () => {
    const { time, pace } = oneWorker(1);
    const first = pace.turn();
    const sentAt = pace.turn().then((turn) => send(time, turn!));
    first.then((turn) => turn!.giveBack());
    await time.runUntil(100);
    expect(await sentAt).toBeLessThan(20);
  });

  test('that has missed its moment by far takes another, before those that wait', async () => {
    const { time, ledger, pace, turn } = await orderThatMissed();
    const sendOne = (turn: Turn | null) => send(time, turn!);
    // They are waiting for their moments to be given when the late one asks again.
    ledger.rate = 2;
    const others = [pace.turn().then(sendOne), pace.turn().then(sendOne)];
    const late = sendOne(turn);
    await time.runUntil(3_000);
    expect(await late).toBeGreaterThan(500);
    expect(await late).toBeLessThan(Math.min(...(await Promise.all(others))));
    expect(ledger.noted).toBe(0);
  });

  test('that is late is sent, and only its own place is used that much later', async () => {
    const { time, ledger, pace } = oneWorker(4);
    const turns = Array.from({ length: 9 }, () => pace.turn());
    await time.runUntil(61);
    const [first, ...others] = turns;
    await (await first)!.moment(ALWAYS);
    expect([(await first)!.isInTime(), time.now()]).toEqual([true, 61]);
    const sent = others.map(async (turn) => send(time, (await turn)!));
    await time.runUntil(4_000);
    expect(ledger.noted).toBe(1);
    // The second moment was at 268 (after seven ways, 10 ahead, a quarter of a second, and 1 for
    // what is not known of the clock). An order that is on time takes up its place for 1,008.
    const seconds = (await Promise.all(sent)).map((at) => at - 268);
    expect(seconds.map(Math.round)).toEqual([0, 250, 500, 799, 1_008, 1_258, 1_508, 1_807]);
  });

  test('that its worker held back has missed its moment by what the ledger gave it', async () => {
    const { time, ledger, pace } = oneWorker(1);
    ledger.isDeaf = true;
    const [first, second] = [pace.turn(), pace.turn()];
    await time.runUntil(150);
    await (await first)!.moment(ALWAYS);
    expect((await first)!.isInTime()).toBe(true);
    // The ledger gives the place for 1,019, and the worker leaves it alone until 1,154.
    await time.runUntil(1_300);
    expect((await second)!.isInTime()).toBe(false);
  });

  test('waits for another moment only while it may be sent, even without a ledger', async () => {
    const { time, ledger, turn } = await orderThatMissed();
    ledger.isAway = true;
    const over = turn.moment(() => time.now() < 5_000).then(() => time.now());
    await time.runUntil(10_000);
    expect(await over).toBeGreaterThanOrEqual(5_000);
    expect(await over).toBeLessThan(6_000);
  });

  test('gives its wait up when it may not be sent any more, and wastes no moment', async () => {
    const { time, ledger, pace, turn } = await orderThatMissed();
    ledger.rate = 0.05;
    const over = turn.moment(() => time.now() < 5_000).then(() => time.now());
    const next = pace.turn().then((other) => send(time, other!));
    await time.runUntil(30_000);
    expect(await over).toBeGreaterThanOrEqual(5_000);
    expect(await over).toBeLessThan(6_000);
    expect(await next).toBeLessThan(25_000);
  });

  test('of a slow pace leaves late, and the next one as much later', async () => {
    const { time, pace } = oneWorker(0.05);
    const turns = [pace.turn(), pace.turn()] as const;
    await time.runUntil(12_000);
    const late = send(time, (await turns[0])!);
    const next = turns[1].then((turn) => send(time, turn!));
    await time.runUntil(60_000);
    expect(await late).toBe(12_000);
    expect(await next).toBeGreaterThanOrEqual(32_000);
    expect(await next).toBeLessThan(33_000);
  });

  test('that has missed its moment is sent at once when no pace is set any more', async () => {
    const { time, ledger, turn } = await orderThatMissed();
    ledger.rate = null;
    const late = send(time, turn);
    await time.runUntil(1_000);
    expect(await late).toBeLessThan(600);
  });

  test('learns that no moment can be had', async () => {
    const { time, ledger, pace } = oneWorker(20);
    ledger.isAway = true;
    const refused = expect(pace.turn()).rejects.toThrow('away');
    await time.runUntil(10);
    await refused;
  });

  test('that has no turn yet gets none when the worker stops', async () => {
    const { time, pace } = oneWorker(0.1);
    const turns = [pace.turn(), pace.turn(), pace.turn()];
    await time.runUntil(100);
    pace.close();
    expect((await Promise.all(turns)).map((turn) => turn === null)).toEqual([false, true, true]);
    expect(await pace.turn()).toBeNull();
  });

  test('waits for nothing without a pace, and asks the ledger twice a second', async () => {
    const { time, ledger, sent, work } = oneWorker(null);
    work(20);
    await time.runUntil(2_000);
    expect(sent.length).toBeGreaterThan(1_500);
    expect(ledger.taken).toBeLessThanOrEqual(8);
  });
});
