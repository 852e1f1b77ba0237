import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import {
  type AnswerRecord,
  type ClaimedOrder,
  type Ledger,
  openBatches,
} from '../../../src/ledger/index.ts';
import {
  type MarkCall,
  type MarkStore,
  openMarks,
  openWitness,
  type Sent,
} from '../../../src/witness/index.ts';
import { labelOf } from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';
import { linesOf, type SmallPlan } from '../../support/plans.ts';
import { until } from '../../support/until.ts';

const filled = ({ id, attempt, nonce, planKey }: ClaimedOrder, number: string): AnswerRecord => ({
  ...{
    orderId: id,
    attempt,
    nonce,
    planKey,
    outcome: 'filled',
    state: 'filled',
    numbers: [number],
    status: 200,
  },
  ...{ what: '1 of 1 numbers were bought.', body: null, waitMs: null, retryAfterMs: null },
});

type Wishes = Partial<Parameters<typeof openBatches>[2]> & { on?: Ledger; worker?: string };

describeOnBothDrivers('claims and records in batches', (given) => {
  const batchesFor = (
    { account }: SmallPlan,
    { on = given.ledger, worker = 'worker 1', ...options }: Wishes = {},
  ) => {
    const claimant = { accountId: account.id, worker, deadlineMs: 60_000 };
    return openBatches(on, claimant, { witness: openWitness(null), ...options });
  };

  test('tell one of those who claim the same order at once yes', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(...Array<number>(10).fill(1)) });
    const all = [batchesFor(plan), batchesFor(plan, { worker: 'worker 2' })];
    const claims = await Promise.all(
      plan.orders.flatMap((id) => all.flatMap(({ claim }) => [claim(id), claim(id), claim(id)])),
    );
    const got = claims.filter((order) => order !== undefined).map(({ id }) => id);
    expect(got.toSorted((a, b) => a - b)).toEqual(plan.orders);
  });

  test('claim in one statement what gathers while another is under way', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(...Array<number>(20).fill(1)) });
    const first = Promise.withResolvers<void>();
    const batches: number[] = [];
    const slow: Ledger = {
      ...given.ledger,
      async query(text, values) {
        if (labelOf(text) === 'claim_orders') batches.push((values as [number[]])[0].length);
        if (batches.length === 1) await first.promise;
        return given.ledger.query(text, values);
      },
    };
    const { claim } = batchesFor(plan, { on: slow });
    const claims: Promise<unknown>[] = [];
    for (const id of plan.orders) {
      claims.push(claim(id));
      await nextTurn();
    }
    first.resolve();
    await Promise.all(claims);
    expect(batches).toEqual([1, 19]);
  });

  test('ask whether an attempt was sent before, also when the first asking failed', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(1, 1) });
    await given.readList(plan.account, []);
    const marks = openMarks();
    let isAway = false;
    const store = {
      ticket: async () => '',
      async mark(sent: Sent[]) {
        if (isAway) throw new Error('the store is away');
        return marks.add(sent);
      },
    } as unknown as MarkStore;
    const [sent, other] = plan.orders as [number, number];
    // By a ledger that went back.
    marks.add([await given.sentOf(plan, 0, 1)]);
    isAway = true;
    const { claim } = batchesFor(plan, { witness: openWitness(store) });
    const asked = await Promise.allSettled(plan.orders.map(claim));
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    await until(async () => (await given.orderRow(other)).state === 'waiting', {
      what: 'the claim is given back',
    });
    expect(await Promise.all(plan.orders.map(claim))).toMatchObject([undefined, { attempt: 2 }]);
    expect(await given.orderRow(sent)).toMatchObject({ state: 'unknown', attempts: 1 });
    // The worker that sent it may still record, and no list is surely from before.
    const [attempt] = await given.ledger.query(
      'select nonce, baseline, outcome from ledger.attempts where order_id = $1',
      [sent],
    );
    expect(attempt).toEqual({ nonce: null, baseline: null, outcome: 'unknown' });
  });

  test('are given back when the marks were lost and learnt from the ledger meanwhile', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(1) });
    let ticket = 'before';
    const store = {
      ticket: async () => ticket,
      async mark(sent: Sent[], { ticket: held }: MarkCall) {
        if (held === 'before') throw new Error('the store was emptied');
        return sent;
      },
    } as unknown as MarkStore;
    const { claim } = batchesFor(plan, { witness: openWitness(store) });
    await expect(claim(plan.orders[0]!)).rejects.toThrow('emptied');
    ticket = 'learnt since';
    await until(async () => (await given.orderRow(plan.orders[0]!)).state !== 'sending', {
      what: 'the claim is given back',
    });
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'waiting' });
  });

  test('are given back when they were marked and the answer of the store was lost', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(1, 1) });
    const marks = openMarks();
    const calls: string[] = [];
    const answers = new Map<string, Sent[]>();
    const store = {
      ticket: async () => '',
      async mark(sent: Sent[], { id }: MarkCall) {
        calls.push(id);
        if (!answers.has(id)) answers.set(id, marks.add(sent));
        if (calls.length <= 2) throw new Error('the connection was cut');
        return answers.get(id)!;
      },
    } as unknown as MarkStore;
    const inDoubt: number[] = [];
    const { claim } = batchesFor(plan, {
      witness: openWitness(store),
      onDoubt: async (orders) => void inDoubt.push(...orders),
    });
    const [first] = await Promise.allSettled(plan.orders.map(claim));
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'witness_down' } });
    for (const id of plan.orders) {
      await until(async () => (await given.orderRow(id)).state !== 'sending', {
        what: 'the claim is given back',
      });
      expect(await given.orderRow(id)).toMatchObject({ state: 'waiting', attempts: 1 });
    }
    expect(await Promise.all(plan.orders.map(claim))).toMatchObject([
      { attempt: 2 },
      { attempt: 2 },
    ]);
    expect(inDoubt).toEqual([]);
  });

  test('are not marked late once the store may have forgotten their call', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(1) });
    let calls = 0;
    const store = {
      ticket: async () => '',
      async mark() {
        calls += 1;
        throw new Error('the connection was cut');
      },
    } as unknown as MarkStore;
    let now = 0;
    let isAsked = false;
    const slow: Ledger = {
      ...given.ledger,
      async query(text, values) {
        isAsked ||= labelOf(text) === 'claim_lost';
        if (isAsked) now = 60_000;
        return given.ledger.query(text, values);
      },
    };
    const clock = { now: () => now, sleep: () => nextTurn() as Promise<void> };
    const { claim } = batchesFor(plan, { on: slow, witness: openWitness(store), clock });
    await expect(claim(plan.orders[0]!)).rejects.toThrow('cut');
    await until(() => isAsked, { what: 'the ledger is asked what was claimed' });
    await nextTurn();
    expect(calls).toBe(1);
    expect(await given.orderRow(plan.orders[0]!)).toMatchObject({ state: 'sending' });
  });

  test('record the others when the database refuses one', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(...Array<number>(3).fill(1)) });
    const { claim, record } = batchesFor(plan);
    const claimed = await Promise.all(plan.orders.map(claim));
    const [one, odd, other] = claimed as [ClaimedOrder, ClaimedOrder, ClaimedOrder];
    const answers = await Promise.allSettled([
      record(filled(one, '2125550101')),
      // Nine digits: a check of the table.
      record(filled(odd, '212555010')),
      record(filled(other, '2125550102')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await given.orderRow(one.id)).toMatchObject({ state: 'filled', bought: 1 });
    expect(await given.orderRow(odd.id)).toMatchObject({ state: 'sending', bought: 0 });
    expect(await given.orderRow(other.id)).toMatchObject({ state: 'filled', bought: 1 });
  });

  test('keep two answers for the attempts of one order apart', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(1) });
    const [id] = plan.orders as [number];
    const { claim, record } = batchesFor(plan);
    const first = (await claim(id))!;
    await record({
      ...filled(first, ''),
      outcome: 'not_sent',
      state: 'waiting',
      numbers: [],
      waitMs: 0,
    });
    const second = (await claim(id))!;
    const late = filled(first, '2125550104');
    const [none, got] = await Promise.all([record(late), record(filled(second, '2125550105'))]);
    expect(none).toBeUndefined();
    expect(got).toMatchObject({ state: 'filled', bought: 1, disputed: 0 });
  });

  test('give back no claim that was sent before, when the ledger goes away', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(1, 1) });
    const [sent, free] = plan.orders as [number, number];
    let isAway = false;
    const shaky: Ledger = {
      ...given.ledger,
      transaction: (work) =>
        isAway
          ? Promise.reject(new AppError('ledger_down', 'the ledger is away'))
          : given.ledger.transaction(work),
    };
    const { claim } = batchesFor(plan, { on: shaky });
    await claim(sent);
    // The ledger goes back, and nobody notices.
    await given.sql('delete from ledger.attempts where order_id = $1', [sent]);
    await given.sql(`update ledger.orders set state = 'waiting', attempts = 0 where id = $1`, [
      sent,
    ]);
    isAway = true;
    const claims = await Promise.allSettled([claim(sent), claim(free)]);
    expect(claims.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await until(async () => (await given.orderRow(free)).state === 'waiting', {
      what: 'the claim that was not sent is given back',
    });
    expect(await given.orderRow(sent)).toMatchObject({ state: 'sending' });
  });

  test('give none back when the ledger goes away again while it is put in doubt', async () => {
    const plan = await given.enteredPlan({ lines: linesOf(1, 1) });
    const [sent, free] = plan.orders as [number, number];
    const marks = openMarks();
    let marking = 0;
    const store = {
      ticket: async () => '',
      async mark(each: Sent[]) {
        marking += 1;
        if (marking === 1) throw new Error('the store is away');
        return marks.add(each);
      },
    } as unknown as MarkStore;
    let doubting = 0;
    const shaky: Ledger = {
      ...given.ledger,
      async transaction(work) {
        doubting += 1;
        if (doubting === 1) throw new AppError('ledger_down', 'the ledger is away');
        return given.ledger.transaction(work);
      },
    };
    // By a ledger that went back.
    marks.add([await given.sentOf(plan, 0, 1)]);
    const { claim } = batchesFor(plan, { on: shaky, witness: openWitness(store) });
    const claims = await Promise.allSettled(plan.orders.map(claim));
    expect(claims.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await until(async () => (await given.orderRow(free)).state === 'waiting', {
      what: 'the claim that was not sent is given back',
    });
    expect(doubting).toBe(2);
    expect(await given.orderRow(sent)).toMatchObject({ state: 'unknown', attempts: 1 });
  });
});
