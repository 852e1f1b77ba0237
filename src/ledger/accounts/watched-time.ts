/**
 * Watched time. A wall clock may be set, and then it shows an hour that never passed. So each
 * account counts ticks, in ms. One process, its ticker, adds the time that it has seen pass on a
 * clock that cannot be set; it also sweeps. While no process runs, no time passes: what waits for a
 * tick may come later, and never sooner. Another worker takes over when the ticker has left, or
 * when it has seen the ticks stand still for 3 s. Every tick is a compare-and-set on the ticker and
 * the ticks that were read: no second is counted twice, even when the answer to a tick is lost.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ledger, only } from '../ledger.ts';
import { noteGone, type Patience } from './workers.ts';

export type Watcher = {
  accountId: number;
  /** No other process has this id. */
  name: string;
  /** Absent: it sends nothing, and other workers wait for nothing that it knows. */
  patience?: Patience;
};

/** Both in ms. */
export type OwnClocks = {
  /** A clock that only goes forward. */
  now(): number;
  /** The wall clock, since 1970. */
  date(): number;
};

/** The most that one tick counts, ms: a process that stood still longer has not watched. */
const TICK_AT_MOST_MS = 3_000;
/** Ticks, ms, that prove that this time has passed: an event has the tick before it. */
export const ticksFor = (ms: number): number => (ms === 0 ? 0 : ms + TICK_AT_MOST_MS);
/** A ticker whose ticks have not moved for this long, ms, has stopped. */
const STOPPED_AFTER_MS = 3_000;

/** A clock that drifts or is slewed moves by far less than this in a second; ms. */
const JUMP_MS = 2_000;

const OWN: OwnClocks = { now: () => performance.now(), date: Date.now };

/** Counts this much more time, ms; only where no worker runs, for who counts must also sweep. */
export async function watchFor(ledger: Ledger, accountId: number, ms: number): Promise<void> {
  const name = `watch ${randomUUID()}`;
  const watch = new Watch(ledger, { accountId, name });
  const ticksNow = async () => (await lookAtTicks(ledger, accountId)).ticks;
  const from = await ticksNow();
  try {
    do {
      await watch.beat();
      await pause(BEAT_MS);
    } while ((await ticksNow()) < from + ms);
  } finally {
    await noteGone(ledger, name);
  }
}

const BEAT_MS = 500;

export class Watch {
  readonly #ledger: Ledger;
  readonly #watcher: Watcher;
  readonly #clocks: OwnClocks;
  #seen: Ticking | undefined;
  /** What this process sends was claimed in this incarnation, or in a later one. */
  #since: string | undefined;
  /** When, on our own clock, these ticks were first seen. */
  #seenSince = 0;
  /** The time up to which this process has counted. Only the ticker uses it. */
  #countedTo = 0;
  /** Difference between the wall clock and the other one. */
  #ahead: number | undefined;
  #owesRequeue = false;
  #latest: Promise<string | null> | undefined;

  constructor(ledger: Ledger, watcher: Watcher, clocks = OWN) {
    this.#ledger = ledger;
    this.#watcher = watcher;
    this.#clocks = clocks;
  }

  /**
   * Call it once a second, one call after the other. It advances the account's time and notes that
   * the worker is alive. Returns a sentence when this machine's clock was set, else null.
   */
  beat(): Promise<string | null> {
    this.#latest = this.#beat();
    return this.#latest;
  }

  /** Whether this process was the ticker at its last beat; waits for a beat under way. */
  async isTicker(): Promise<boolean> {
    await this.#latest;
    return this.#seen !== undefined && this.#isOurs(this.#seen);
  }

  async #beat(): Promise<string | null> {
    const { now, date } = this.#clocks;
    if (!this.#seen) {
      const { incarnation, ...seen } = await lookAtTicks(this.#ledger, this.#watcher.accountId);
      this.#seen = seen;
      this.#since ??= incarnation;
      this.#seenSince = now();
    }
    const from = now();
    const before = this.#seen;
    const isOurs = this.#isOurs(before);
    const mayTick = isOurs || this.#isFree(before, from);
    const passed = isOurs ? Math.min(TICK_AT_MOST_MS, Math.floor(from - this.#countedTo)) : 0;
    const wishes = { before, mayTick, passed, date: date(), since: this.#since };
    const after = await tick(this.#ledger, this.#watcher, wishes);
    const to = now();
    // What came before it took over belonged to the earlier ticker.
    this.#countedTo = isOurs ? from : to;
    if (after.ticker !== before.ticker || after.ticks !== before.ticks) this.#seenSince = to;
    this.#seen = after;
    const jump = this.#noteWall(before, after);
    this.#owesRequeue ||= jump !== null;
    if (this.#owesRequeue) await wantRequeue(this.#ledger, this.#watcher.accountId);
    this.#owesRequeue = false;
    return jump;
  }

  #isOurs({ ticker }: Ticking): boolean {
    return ticker === this.#watcher.name;
  }

  #isFree({ ticker, isWorker }: Ticking, now: number): boolean {
    if (ticker === null || !isWorker) return true;
    return now - this.#seenSince >= STOPPED_AFTER_MS;
  }

  #noteWall(before: Ticking, after: Ticking): string | null {
    const date = this.#clocks.date();
    const now = this.#clocks.now();
    const moved = this.#ahead === undefined ? 0 : date - now - this.#ahead;
    this.#ahead = date - now;
    if (Math.abs(moved) > JUMP_MS) {
      const seconds = Math.round(Math.abs(moved) / 1_000);
      return `The clock of this machine was set ${moved > 0 ? 'forward' : 'back'} by ${seconds} s`;
    }
    const takesOver = this.#isOurs(after) && !this.#isOurs(before);
    if (!takesOver || (before.tickedAt ?? 0) < date + JUMP_MS) return null;
    return 'The clock of this machine is behind that of the worker which swept last';
  }
}

type Ticking = {
  ticker: string | null;
  /** The ticker is one of the account's workers. */
  isWorker: boolean;
  ticks: number;
  /** The ticker's clock at its last tick, ms since 1970. */
  tickedAt: number | null;
};

const TICKING = `a.ticker, a.ticks,
  extract(epoch from a.ticked_at)::float8 * 1000 as "tickedAt",
  exists (select from ledger.workers w where w.name = a.ticker) as "isWorker"`;

/** The ticks, and which run of the database this is. */
async function lookAtTicks(ledger: Ledger, accountId: number) {
  const rows = await ledger.query<Ticking & { incarnation: string }>(
    `select ledger.incarnation() as incarnation, ${TICKING} from ledger.accounts a where a.id = $1`,
    [accountId],
  );
  return only(rows, 'an account');
}

/** A worker that has not been heard for a day of ticks is forgotten. */
const FORGOTTEN_AFTER_MS = 86_400_000;

type Tick = {
  before: Ticking;
  mayTick: boolean;
  passed: number;
  date: number;
  since: string | undefined;
};

/** Counts what has passed, unless another process has, and notes that the worker is alive. */
async function tick(
  ledger: Ledger,
  { accountId, name, patience }: Watcher,
  { before, mayTick, passed, date, since }: Tick,
): Promise<Ticking> {
  const rows = await ledger.query<Ticking>(
    `with ticked as (
       update ledger.accounts a set ticker = $2, ticks = a.ticks + $5,
         ticked_at = to_timestamp($6::float8 / 1000)
       where a.id = $1 and $7 and a.ticker is not distinct from $3 and a.ticks = $4
       returning a.id, a.ticker, a.ticks, a.ticked_at),
     account as (
       select * from ticked
       union all
       select id, ticker, ticks, ticked_at from ledger.accounts
       where id = $1 and not exists (select from ticked)),
     gone as (
       delete from ledger.workers w using account
       where w.account_id = account.id and w.seen_tick < account.ticks - ${FORGOTTEN_AFTER_MS}
         and w.name <> $2),
     alive as (
       insert into ledger.workers
         (name, account_id, seen_tick, found, deadline_ms, list_lag_ms)
       select $2, id, ticks, $8, coalesce($9, 0), coalesce($10, 0) from account
       on conflict on constraint workers_pkey do update set
         seen_at = ledger.now(), seen_tick = excluded.seen_tick)
     select ${TICKING} from account a`,
    [
      ...[accountId, name, before.ticker, before.ticks, passed, date, mayTick, since],
      ...[patience?.deadlineMs, patience?.listLagMs],
    ],
  );
  return only(rows, 'an account');
}

/** A clock was set, and the queue depends on clocks. */
async function wantRequeue(ledger: Ledger, accountId: number): Promise<void> {
  await ledger.query(
    `update ledger.accounts set requeue = coalesce(requeue, 'wanted') where id = $1`,
    [accountId],
  );
}
