import { expect, test } from 'vitest';
import { type Ledger, type OwnClocks, Watch } from '../../../src/ledger/index.ts';
import { sql } from '../../support/ledger.ts';
import { describeOnALedger } from '../../support/ledger-drivers.ts';

/** Clocks of a process that a test moves by hand, each by itself. */
function handClocks(start = 1_000_000) {
  const clocks = { monotonic: start, wall: start + 1_700_000_000_000 };
  return {
    now: () => clocks.monotonic,
    date: () => clocks.wall,
    /** So much time passes, ms. */
    pass(ms: number) {
      clocks.monotonic += ms;
      clocks.wall += ms;
    },
    /** Sets the wall clock. */
    set(ms: number) {
      clocks.wall += ms;
    },
  };
}

/**
 * Watches of one account: each process has clocks of its own, and all live through the same time.
 */
async function watchers(ledger: Ledger, accountId: number) {
  const all: ReturnType<typeof handClocks>[] = [];
  return {
    open(name: string): Watch & { clocks: ReturnType<typeof handClocks> } {
      // Monotonic clocks begin anywhere.
      const clocks = handClocks(1_000_000 * (all.length + 1));
      all.push(clocks);
      return Object.assign(new Watch(ledger, { accountId, name }, clocks as OwnClocks), { clocks });
    },
    pass(ms: number) {
      for (const clocks of all) clocks.pass(ms);
    },
    async ticks() {
      const [row] = await sql<{ ticks: number }>(
        ledger,
        'select ticks from ledger.accounts where id = $1',
        [accountId],
      );
      return row!.ticks;
    },
  };
}

/** Each of them beats once a second, for `seconds`. */
async function live(
  given: Awaited<ReturnType<typeof watchers>>,
  beating: Watch[],
  seconds: number,
): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    given.pass(1_000);
    for (const watch of beating) await watch.beat();
  }
}

describeOnALedger('watched time', (given) => {
  const open = async () => {
    const { id } = await given.newAccount();
    return { id, ...(await watchers(given.ledger, id)) };
  };

  test('passes while one worker sees it pass, and only that one sweeps', async () => {
    const account = await open();
    const [first, second] = [account.open('first a'), account.open('second a')];
    await first.beat();
    await second.beat();
    expect(await account.ticks()).toBe(0);
    await live(account, [first, second], 10);
    expect(await account.ticks()).toBe(10_000);
    expect([await first.isTicker(), await second.isTicker()]).toEqual([true, false]);
  });

  test('is counted by one of many that begin together, each second once', async () => {
    const account = await open();
    const all = Array.from({ length: 5 }, (_, n) => account.open(`together ${n}`));
    await Promise.all(all.map((watch) => watch.beat()));
    for (let second = 0; second < 5; second++) {
      account.pass(1_000);
      await Promise.all(all.map((watch) => watch.beat()));
    }
    expect(await account.ticks()).toBe(5_000);
    const tickers = await Promise.all(all.map((watch) => watch.isTicker()));
    expect(tickers.filter(Boolean)).toHaveLength(1);
  });

  test('stands still while nobody is there, whatever the clock of the database does', async () => {
    const account = await open();
    const before = account.open('before b');
    await live(account, [before], 4);
    expect(await account.ticks()).toBe(3_000);
    await given.setClock('1 hour');
    account.pass(3_600_000);
    const after = account.open('after b');
    await live(account, [after], 4);
    expect(await account.ticks()).toBe(3_000);
    await live(account, [after], 4);
    expect(await account.ticks()).toBeLessThanOrEqual(3_000 + 4_000);
    expect(await account.ticks()).toBeGreaterThan(3_000);
    await given.setClock('0');
  });

  test('is taken over after three seconds without a tick, and never counted twice', async () => {
    const account = await open();
    const [first, second] = [account.open('first c'), account.open('second c')];
    await live(account, [first, second], 3);
    const stopped = await account.ticks();
    await live(account, [second], 3);
    expect([await second.isTicker(), await account.ticks()]).toEqual([true, stopped]);
    await live(account, [second], 2);
    const ticks = await account.ticks();
    expect(ticks).toBe(stopped + 2_000);
    // The one that was stopped wakes up.
    await first.beat();
    await first.beat();
    expect([await first.isTicker(), await account.ticks()]).toEqual([false, ticks]);
  });

  test('of a process that stood still is three seconds at most', async () => {
    const account = await open();
    const alone = account.open('alone d');
    await live(account, [alone], 1);
    const before = await account.ticks();
    account.pass(60_000);
    await alone.beat();
    expect(await account.ticks()).toBe(before + 3_000);
  });

  test('is not counted again when the answer to a tick was lost', async () => {
    const account = await open();
    let isLost = false;
    const cutOff = {
      ...given.ledger,
      async query(text: string, values?: readonly unknown[]) {
        const rows = await given.ledger.query(text, values);
        if (isLost) throw new Error('the answer is lost');
        return rows;
      },
    } as Ledger;
    const clocks = handClocks();
    const watch = new Watch(cutOff, { accountId: account.id, name: 'cut off e' }, clocks);
    await watch.beat();
    clocks.pass(1_000);
    isLost = true;
    await expect(watch.beat()).rejects.toThrow('lost');
    isLost = false;
    for (const _ of [1, 2, 3]) {
      clocks.pass(1_000);
      await watch.beat();
    }
    expect(await account.ticks()).toBeLessThanOrEqual(4_000);
    expect(await account.ticks()).toBeGreaterThanOrEqual(3_000);
  });

  test('is given up by a worker that leaves, so that the next one counts at once', async () => {
    const account = await open();
    const [first, second] = [account.open('first f'), account.open('second f')];
    await live(account, [first, second], 2);
    await given.noteGone('first f');
    await live(account, [second], 2);
    expect(await second.isTicker()).toBe(true);
  });
});

describeOnALedger('what a worker was sending', (given) => {
  const sending = async (deadlineMs = 600_000) => {
    const plan = await given.newPlan();
    const account = await watchers(given.ledger, plan.account.id);
    const name = `worker of plan ${plan.id}`;
    const [worker, other] = [account.open(name), account.open(`other of plan ${plan.id}`)];
    await live(account, [worker, other], 2);
    await given.claim(plan, plan.orders, { worker: name, deadlineMs });
    const state = async () => {
      await given.expireAttempts(plan.account.id);
      return (await given.orderRow(plan.orders[0]!)).state;
    };
    return { account, worker, other, name, state };
  };

  test('becomes unknown when it has been silent for 20 s, long before the deadline', async () => {
    const { account, other, state } = await sending();
    await live(account, [other], 22);
    expect(await state()).toBe('sending');
    await live(account, [other], 3);
    expect(await state()).toBe('unknown');
  });

  test('is left alone while it is heard', async () => {
    const { account, worker, other, state } = await sending();
    await live(account, [worker, other], 60);
    expect(await state()).toBe('sending');
  });

  test('is left alone after a time in which nobody was there', async () => {
    const { account, other, state } = await sending(60_000);
    account.pass(3_600_000);
    await live(account, [other], 5);
    expect(await state()).toBe('sending');
  });

  test.each(['0', '1 hour', '-1 hour', '-5 minutes'])(
    'becomes unknown once it was watched past its deadline, with the clock set by %s',
    async (jump) => {
      const { account, worker, state } = await sending(60_000);
      try {
        await given.setClock(jump);
        await live(account, [worker], 59);
        expect(await state()).toBe('sending');
        await live(account, [worker], 2);
        expect(await state()).toBe('unknown');
      } finally {
        await given.setClock('0');
      }
    },
  );

  test('is left to its deadline when the worker has left the list', async () => {
    const { account, other, name, state } = await sending();
    await given.noteGone(name);
    await live(account, [other], 60);
    expect(await state()).toBe('sending');
  });
});

describeOnALedger('a clock that is set', (given) => {
  const open = async () => {
    const { id } = await given.newAccount();
    const account = await watchers(given.ledger, id);
    const requeue = async () => (await given.findChores(id)).requeue;
    return { ...account, requeue };
  };

  test.each([
    [3_600_000, 'The clock of this machine was set forward by 3600 s'],
    [-300_000, 'The clock of this machine was set back by 300 s'],
  ])(
    'on a worker’s wall, by %d ms, is told, and the queue is to be built anew',
    async (ms, words) => {
      const account = await open();
      const [ticker, worker] = [account.open(`ticker h${ms}`), account.open(`worker h${ms}`)];
      await live(account, [ticker, worker], 2);
      expect(await account.requeue()).toBe(null);
      worker.clocks.set(ms);
      account.pass(1_000);
      expect(await worker.beat()).toBe(words);
      expect(await account.requeue()).toBe('wanted');
      expect(await worker.beat()).toBe(null);
    },
  );

  test('by a second, as many are now and then, is nothing', async () => {
    const account = await open();
    const worker = account.open('worker i');
    await live(account, [worker], 2);
    worker.clocks.set(-1_000);
    account.pass(1_000);
    expect(await worker.beat()).toBe(null);
  });

  test('back while no worker was there is seen by the next one', async () => {
    const account = await open();
    const before = account.open('before k');
    await live(account, [before], 2);
    const after = account.open('after k');
    after.clocks.set(before.clocks.date() - after.clocks.date() - 60_000);
    await live(account, [after], 4);
    expect(await after.isTicker()).toBe(true);
    expect(await account.requeue()).toBe('wanted');
  });
});
