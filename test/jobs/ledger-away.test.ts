import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { type Ledger, openBatches } from '../../src/ledger/index.ts';
import { RECORD_PLAIN } from '../../src/ledger/orders/record-plain.ts';
import { RECORD } from '../../src/ledger/orders/record-statement.ts';
import { openSlots } from '../../src/timing/index.ts';
import { type MarkStore, openWitness } from '../../src/witness/index.ts';
import { labelOf } from '../support/ledger.ts';
import { recordingLog } from '../support/recording-log.ts';
import { until } from '../support/until.ts';
import { openRig, placingFor } from './rig.ts';

const rig = openRig();

/** The ledger, with a connection that fails for the first of these statements. */
function away(statement: string, times: number, when: 'before' | 'after' = 'before'): Ledger {
  let left = times;
  return {
    ...rig.ledger,
    async query<Row>(text: string, values?: readonly unknown[]) {
      const fails = labelOf(text) === statement && left-- > 0;
      if (!fails || when === 'after') {
        const rows = await rig.ledger.query<Row>(text, values);
        if (!fails) return rows;
      }
      throw new AppError('ledger_down', 'The database cannot be reached (torn).');
    },
  };
}

/** The ledger, which takes this statement when `end` has come. */
function hangingAt(statement: string, end: Promise<void>): Ledger {
  return {
    ...rig.ledger,
    async query<Row>(text: string, values?: readonly unknown[]) {
      if (text === statement) await end;
      return rig.ledger.query<Row>(text, values);
    },
  };
}

describe('a ledger that is away when the answer is in hand', () => {
  test('gets it as soon as it is back; until then the numbers are in the log', async () => {
    const { plan, id } = await rig.newOrder();
    const { log, lines } = recordingLog();
    const slept: number[] = [];
    rig.arrivals();
    const answer = await rig.place(plan, id, {
      ledger: away('record_plain', 7),
      log,
      sleep: async (ms) => void slept.push(ms),
    });
    expect(answer).toMatchObject({ next: 'done', words: expect.stringMatching(/^filled: /) });
    expect(slept).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);

    const [request, ...more] = rig.arrivals();
    expect(more).toEqual([]);
    expect(await rig.numbersOf(id)).toEqual(request?.sold.toSorted());
    expect(await rig.orderRow(id)).toMatchObject({ state: 'filled', attempts: 1 });
    const told = lines.filter(({ msg }) => msg === 'an answer is not recorded yet');
    expect(told).toHaveLength(7);
    for (const words of told) {
      expect(words).toMatchObject({ level: 50, order: id, numbers: request?.sold });
    }
  });

  test('and hangs: the numbers are in the log before the ledger has said anything', async () => {
    const plan = await rig.newPlan();
    const { log, lines } = recordingLog();
    const { promise: ledgerIsBack, resolve: bringBack } = Promise.withResolvers<void>();
    const ledger = hangingAt(RECORD_PLAIN, ledgerIsBack);
    rig.arrivals();
    const placed = rig.place(plan, plan.orders[0]!, { ledger, log });
    const told = await until(async () => lines[0], { what: 'something is said' });
    expect(told).toMatchObject({ level: 40, numbers: rig.arrivals()[0]?.sold });
    bringBack();
    expect(await placed).toMatchObject({ next: 'done' });
  });

  test('and hangs: another order is sent in its place', async () => {
    const [one, other] = [await rig.newOrder(), await rig.newOrder()];
    const { promise: ledgerIsBack, resolve: bringBack } = Promise.withResolvers<void>();
    const inFlight = openSlots(1);
    const ledger = hangingAt(RECORD_PLAIN, ledgerIsBack);
    rig.arrivals();
    const slow = rig.place(one.plan, one.id, { ledger, inFlight });
    await until(() => rig.arrivals().length === 1, { what: 'the first is sent' });
    const quick = rig.place(other.plan, other.id, { inFlight });
    await until(() => rig.arrivals().length === 1, { what: 'the other is sent' });
    expect(await rig.orderRow(one.id)).toMatchObject({ state: 'sending' });
    bringBack();
    expect(await Promise.all([slow, quick])).toMatchObject([{ next: 'done' }, { next: 'done' }]);
  });

  test('and hangs over an unclear answer: no other order is sent before that', async () => {
    const [one, other] = [await rig.newOrder(), await rig.newOrder()];
    const { promise: ledgerIsBack, resolve: bringBack } = Promise.withResolvers<void>();
    const inFlight = openSlots(1);
    const { log, lines } = recordingLog();
    rig.arrivals();
    rig.sandbox.next('error_before');
    const ledger = hangingAt(RECORD, ledgerIsBack);
    const slow = rig.place(one.plan, one.id, { ledger, inFlight, log });
    await until(() => lines[0], { what: 'it is said that the answer is not recorded' });
    const next = rig.place(other.plan, other.id, { inFlight });
    // What may be sent is sent while another one is sent and recorded.
    const { plan, id } = await rig.newOrder();
    await rig.place(plan, id);
    expect(rig.arrivals()).toHaveLength(2);
    expect(await rig.orderRow(other.id)).toMatchObject({ state: 'waiting' });
    bringBack();
    expect(await Promise.all([slow, next])).toMatchObject([{ next: 'done' }, { next: 'done' }]);
    expect(await rig.orderRow(one.id)).toMatchObject({ state: 'unknown' });
  });

  test('and had taken it without being able to say so: it is recorded once', async () => {
    const { plan, id } = await rig.newOrder();
    const { log, lines } = recordingLog();
    await rig.place(plan, id, { ledger: away('record_plain', 1, 'after'), log });
    // No log says that it came too late.
    expect(lines).toMatchObject([
      { level: 50, msg: 'an answer is not recorded yet' },
      { level: 40, order: id },
    ]);
    expect(await rig.orderRow(id)).toMatchObject({ state: 'filled', bought: 10 });
    expect(await rig.numbersOf(id)).toHaveLength(10);
    expect(await rig.numbersOf(id, 'disputes')).toEqual([]);
  });
});

describe('a ledger that is away when an order is to be claimed', () => {
  test.each(['before', 'after'] as const)(
    'sees nothing sent, also when it was cut off %s the claim was made',
    async (when) => {
      const { plan, id } = await rig.newOrder();
      const { log, lines } = recordingLog();
      rig.arrivals();
      const ledger = away('claim_orders', 1, when);
      expect(await rig.place(plan, id, { ledger, log })).toEqual({ next: 'later', waitMs: 5_000 });
      expect(rig.arrivals()).toEqual([]);
      expect(lines).toMatchObject([{ msg: 'the order could not be claimed', order: id }]);
      const state = when === 'before' ? 'waiting' : 'sending';
      expect(await rig.orderRow(id)).toMatchObject({ state });
    },
  );

  test('learns, when it is back, that the order it thinks under way was not sent', async () => {
    const { plan, id } = await rig.newOrder();
    await rig.place(plan, id, { ledger: away('claim_orders', 1, 'after') });
    const isWaiting = async () => (await rig.orderRow(id)).state === 'waiting';
    await until(isWaiting, { what: 'the order waits again' });
    rig.arrivals();
    expect(await rig.place(plan, id)).toMatchObject({ next: 'done' });
    expect(rig.arrivals()).toHaveLength(1);
    expect(await rig.attemptsOf(id)).toMatchObject([
      { outcome: 'not_sent', status: null },
      { outcome: 'filled', status: 200 },
    ]);
  });

  test('is not applied to an order that the same worker claimed again and is sending', async () => {
    const { plan, id } = await rig.newOrder();
    const lost = away('claim_orders', 1, 'before');
    const answered: string[] = [];
    const ledger: Ledger = {
      ...lost,
      async query<Row>(text: string, values?: readonly unknown[]) {
        const rows = await lost.query<Row>(text, values);
        answered.push(labelOf(text));
        return rows;
      },
    };
    const { claimant } = placingFor({ ledger, account: plan.account, vendor: rig.vendor });
    const { claim } = openBatches(ledger, claimant, { witness: openWitness(null) });
    await expect(claim(id)).rejects.toThrow('torn');
    expect(await claim(id)).toMatchObject({ id, attempt: 1 });
    await until(() => answered.includes('claim_lost'), { what: 'it was looked for what was lost' });
    expect(answered).toEqual(['claim_orders', 'claim_lost']);
    expect(await rig.attemptsOf(id)).toMatchObject([{ outcome: null }]);
  });
});

describe('an answer that comes after its deadline', () => {
  /** The order is being sent while this happens. `numbers`: what the vendor sells for it. */
  async function placeWhile(
    operation: (id: number, account: number) => Promise<unknown>,
    numbers = ['2125550100'],
  ) {
    const { plan, id } = await rig.newOrder();
    const { log, lines } = recordingLog();
    rig.arrivals();
    const answer = await rig.place(plan, id, {
      log,
      vendor: {
        account: () => null,
        order: async () => {
          await operation(id, plan.account.id);
          return {
            outcome: 'short',
            numbers,
            status: 200,
            what: 'late',
            body: null,
            retryAfterMs: null,
          };
        },
      },
    });
    return { id, answer, lines };
  }

  const expire = async (id: number, account: number) => {
    const late = `update ledger.attempts set deadline_tick = 0 where order_id = $1`;
    await rig.ledger.query(late, [id]);
    expect(await rig.expireAttempts(account)).toEqual([id]);
  };

  test('is taken anyway: evidence beats guesses', async () => {
    const { id, answer } = await placeWhile(expire);
    expect(answer).toEqual({ next: 'done', words: 'short: late' });
    expect(await rig.orderRow(id)).toMatchObject({ state: 'short', bought: 1 });
    expect(await rig.numbersOf(id)).toEqual(['2125550100']);
  });

  test('with more than a person settled is in the log, and what is more a dispute', async () => {
    const settle = async (order: number, account: number) => {
      await expire(order, account);
      const by = { who: 'Ada', why: 'asked the vendor' };
      const bought = ['2125550101'];
      await rig.settleOrder(order, { bought }, by, { againstEvidence: true });
    };
    const { id, answer, lines } = await placeWhile(settle, ['2125550100', '2125550101']);
    expect(answer).toEqual({ next: 'done', words: 'settled before: late' });
    expect(await rig.orderRow(id)).toMatchObject({ state: 'short', bought: 1 });
    expect(await rig.numbersOf(id)).toEqual(['2125550101']);
    expect(await rig.numbersOf(id, 'disputes')).toEqual(['2125550100']);
    const numbers = ['2125550100', '2125550101'];
    expect(lines).toMatchObject([{ level: 50, order: id, numbers }]);
  });
});

test('while the witness is away, the whole account rests', async () => {
  const plan = await rig.newPlan();
  const { ledger } = rig;
  const store = { ticket: () => Promise.reject(new Error('away')) } as unknown as MarkStore;
  const { claimant } = placingFor({ ledger, vendor: rig.vendor, account: plan.account });
  const batches = rig.openBatches(claimant, { witness: openWitness(store) });
  const answer = await rig.place(plan, plan.orders[0]!, { batches });
  expect(answer).toEqual({ next: 'rest', waitMs: 1_000 });
  expect(await rig.orderRow(plan.orders[0]!)).toMatchObject({ state: 'waiting', attempts: 0 });
});
