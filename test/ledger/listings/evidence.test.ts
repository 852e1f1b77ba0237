import { beforeAll, describe, expect, test } from 'vitest';
import { type AskedNumbers, fits, TOLL_FREE } from '../../../src/evidence/index.ts';
import {
  beginListing,
  keepListing,
  type Ledger,
  strayNumbers,
  takeReconcileRight,
  unknownAttempts,
  waitingThatFit,
} from '../../../src/ledger/index.ts';
import {
  missingNumbers,
  resoldNumbers,
  unaskedNumbers,
} from '../../../src/ledger/listings/evidence.ts';
import { sql } from '../../support/ledger.ts';
import { line, newPlan, type SmallPlan } from '../../support/plans.ts';
import { answerTo, claim, claimOne, record, sendOne } from '../../support/sending.ts';
import { openQuickLedger } from '../../support/storage.ts';

let ledger: Ledger;
let plan: SmallPlan;
let made = 0;

beforeAll(async () => {
  ledger = await openQuickLedger();
});

const start = async (lines = [line()]) => {
  plan = await newPlan(ledger, { lines });
};
const tick = (ticks: number) =>
  sql(ledger, 'update ledger.accounts set ticks = $2 where id = $1', [plan.account.id, ticks]);
const READER = { vendorAccount: null, listLagMs: 0 };
const keep = async (numbers: string[]) =>
  keepListing(
    ledger,
    plan.account.id,
    await beginListing(ledger, plan.account.id),
    numbers,
    READER,
  );
const newNumbers = (n: number) => Array.from({ length: n }, () => String(3_125_550_000 + ++made));
const missing = (beganTick: number) =>
  missingNumbers(ledger, plan.account.id, { beganTick, listLagMs: 60_000 });

describe('a list of numbers', () => {
  test('is kept with its watched time, and the next claim is compared with it', async () => {
    await start([line(), line({ line: 3 })]);
    const [first, second] = plan.orders;
    await claimOne(ledger, plan, first);
    await tick(5_000);
    const begun = await beginListing(ledger, plan.account.id);
    await tick(7_000);
    const { id, isAlone } = await keepListing(
      ledger,
      plan.account.id,
      begun,
      newNumbers(2),
      READER,
    );
    expect(isAlone).toBe(true);
    expect((await beginListing(ledger, plan.account.id)).newest).toBe(id);
    expect(
      await sql(
        ledger,
        `select began_tick as began, ended_tick as ended, size from ledger.listings where id = $1`,
        [id],
      ),
    ).toEqual([{ began: 5_000, ended: 7_000, size: 2 }]);
    const answer = answerTo(await claimOne(ledger, plan, second), 'unknown');
    await tick(9_000);
    await record(ledger, plan, answer);
    expect(await unknownAttempts(ledger, plan.account.id)).toMatchObject([
      { order: second, baseline: id, endTick: 9_000 },
    ]);
  });

  test('shows what is new, gone and back by the ids of lists, not by the clock', async () => {
    await start();
    const [a, b, c] = newNumbers(3) as [string, string, string];
    const first = await keep([a, b]);
    await sql(ledger, `update ledger.listings set ended_at = 'infinity' where id = $1`, [first.id]);
    await tick(1_000);
    const second = await keep([a, c]);
    expect((await missing(1_000)).gone).toEqual([
      { listing: first.id, goneListing: second.id, goneTick: 1_000 },
    ]);
    await keep([a, c]);
    expect((await missing(1_000)).gone).toMatchObject([{ goneListing: second.id }]);
    const last = await keep([a, b, c]);
    expect(await missing(1_000)).toMatchObject({ gone: [], known: 3, newerThan: 0 });
    expect(await strayNumbers(ledger, plan.account.id)).toMatchObject([
      { number: a, listing: first.id, backListing: null },
      { number: b, listing: first.id, backListing: last.id },
      { number: c, listing: second.id, backListing: null },
    ]);
  });

  test('that was read beside another says nothing of what is missing', async () => {
    await start();
    const [a, b] = newNumbers(2) as [string, string];
    await keep([a]);
    const slow = await beginListing(ledger, plan.account.id);
    const other = await keep([a, b]);
    const { id, isAlone } = await keepListing(ledger, plan.account.id, slow, [a], READER);
    expect(isAlone).toBe(false);
    expect(id).toBeGreaterThan(other.id);
    expect((await missing(0)).gone).toEqual([]);
    expect((await beginListing(ledger, plan.account.id)).newest).toBe(id);
  });

  test('is missing what was bought a settling time before it and was on none', async () => {
    await start([line({ quantity: 3 })]);
    await tick(10_000);
    const { answer } = await sendOne(ledger, plan, 'filled');
    expect(await missing(69_999)).toMatchObject({ neverListed: 0 });
    expect(await missing(70_000)).toMatchObject({ neverListed: 3, neverSince: 70_000 });
    await keep(answer.numbers);
    expect(await missing(70_000)).toMatchObject({ neverListed: 0 });
  });

  test('is newer than what was listed when the order was sent whose numbers it has', async () => {
    await start([line({ quantity: 1 }), line({ line: 3, quantity: 1 })]);
    const first = await keep([]);
    const answers = (await claim(ledger, plan)).map((order) => answerTo(order, 'filled'));
    await record(ledger, plan, ...answers);
    const [one, other] = answers.flatMap((answer) => answer.numbers) as [string, string];
    expect(await missing(0)).toMatchObject({ newerThan: 0 });
    await keep([one]);
    expect(await missing(0)).toMatchObject({ newerThan: first.id });
    await keep([]);
    expect(await missing(0)).toMatchObject({ newerThan: 0 });
    await keep([other]);
    // What evidence gave to an order may have been bought before.
    await sql(ledger, 'update ledger.attempts set settled_at = ledger.now() where order_id = $1', [
      plan.orders[1],
    ]);
    expect(await missing(0)).toMatchObject({ newerThan: 0 });
  });

  test('shows again what an order had bought well before a list that lacked it', async () => {
    await start([line({ quantity: 1 })]);
    const { answer } = await sendOne(ledger, plan, 'filled');
    await tick(60_000);
    const without = await keep([]);
    const resold = (listLagMs: number) =>
      resoldNumbers(ledger, plan.account.id, {
        ...{ oldest: without.id, newest: without.id, listLagMs },
      });
    expect(await resold(60_000)).toEqual([]);
    const again = await keep(answer.numbers);
    expect(await resold(60_000)).toEqual([
      { number: answer.numbers[0], baseline: 0, endTick: 0, seenListing: again.id },
    ]);
    expect(await resold(60_001)).toEqual([]);
  });

  test('shows no number that evidence gave to an older order of the same line', async () => {
    await start([line({ quantity: 1 })]);
    const { answer } = await sendOne(ledger, plan, 'filled');
    await sql(ledger, 'update ledger.attempts set settled_at = ledger.now() where order_id = $1', [
      plan.orders[0],
    ]);
    const { id } = await keep([]);
    const resold = () =>
      resoldNumbers(ledger, plan.account.id, { oldest: id, newest: id, listLagMs: 0 });
    await keep(answer.numbers);
    expect(await resold()).toEqual([]);
    await keep([]);
    await keep(answer.numbers);
    expect(await resold()).toHaveLength(1);
  });
});

test('reconciling is due by watched time, also when the clock was set back', async () => {
  await start();
  await keep([]);
  await tick(1_000);
  await record(ledger, plan, answerTo(await claimOne(ledger, plan), 'unknown'));
  await sql(ledger, `update ledger.attempts set answered_at = '-infinity' where order_id = $1`, [
    plan.orders[0],
  ]);
  const isDue = () => takeReconcileRight(ledger, plan.account.id, 60_000);
  expect(await isDue()).toBe(false);
  await tick(61_000);
  expect(await isDue()).toBe(true);
  expect(await isDue()).toBe(false);
  await sql(ledger, `update ledger.accounts set reconciled_at = ledger.now() + interval '1 h'`);
  expect(await isDue()).toBe(true);
});

describe('waiting orders that could have bought certain numbers', () => {
  const ids = (...places: number[]) => places.map((place) => plan.orders[place]);
  const thatFit = async (...numbers: string[]) =>
    (await waitingThatFit(ledger, plan.account.id, numbers)).map(({ order }) => order);

  test('are found by what they ask for, exactly as numbers fit', async () => {
    await start(
      [
        { areaCode: '212' },
        { areaCode: '212555' },
        { areaCode: '415' },
        { areaCode: '415', distance: 10 },
        { areaCode: '914555', allowOverlay: true },
        { areaCode: null, type: 'tollfree' as const },
        { areaCode: null, type: 'true800' as const },
      ].map((each, n) => line({ line: n + 2, ...each })),
    );
    for (const number of ['2125550001', '2124440001', '8885550001', '8005550001', '6465550001']) {
      const all = await waitingThatFit(ledger, plan.account.id, [
        '2125550001',
        '4155550001',
        '8005550001',
      ]);
      expect(all).toHaveLength(7);
      const expected = all.filter((each) => fits(each, number)).map(({ order }) => order);
      expect(await thatFit(number), number).toEqual(expected);
    }
    expect(await thatFit('2125550001')).toEqual(ids(0, 1, 3, 4));
  });

  test('are waiting orders, and no more of a line than have room for the numbers', async () => {
    await start([line({ quantity: 1_000 }), line({ line: 3, quantity: 30, areaCode: '415' })]);
    const numbers = Array.from({ length: 26 }, (_, n) => String(2_125_550_000 + n));
    expect(await thatFit(...numbers)).toEqual(ids(0, 1));
    await claim(ledger, plan, [plan.orders[0]!]);
    expect(await thatFit(...numbers)).toEqual(ids(1, 2));
    expect(await thatFit()).toEqual([]);
  });
});

describe('a number that an order got', () => {
  type Got = [title: string, wish: Parameters<typeof line>[0], number: string];

  /** What `unaskedNumbers` says of the number, before and after a list has it. */
  async function told(wish: Got[1], number: string) {
    await start([line({ ...wish, quantity: 1 })]);
    const order = await claimOne(ledger, plan);
    const unasked = () => unaskedNumbers(ledger, plan.account.id);
    expect(await unasked()).toEqual([]);
    await record(ledger, plan, answerTo(order, 'filled', { numbers: [number] }));
    const before = await unasked();
    const { id: listing } = await keep([number]);
    return { found: { number, holder: order.id }, listing, before, after: await unasked() };
  }

  test.each<Got>([
    ['of another area code', {}, '6465550100'],
    ['of another exchange', { areaCode: '212444' }, '2125550101'],
    ['with 888 for 800', { type: 'true800', areaCode: null }, '8885550101'],
    ['that is local, for a toll-free one', { type: 'tollfree', areaCode: null }, '2125550102'],
  ])('%s was not asked for', async (_title, wish, number) => {
    const { found, listing, before, after } = await told(wish, number);
    expect(before).toEqual([{ ...found, listing: 0 }]);
    expect(after).toEqual([{ ...found, listing }]);
  });

  test.each<Got>([
    ['of its area code', {}, '2125550100'],
    ['of any area code, within a distance,', { distance: 20 }, '6465550101'],
    ['that is toll-free, as it said,', { type: 'tollfree', areaCode: null }, '8885550100'],
  ])('%s was asked for', async (_title, wish, number) => {
    expect(await told(wish, number)).toMatchObject({ before: [], after: [] });
  });

  test('was asked for by the same rule that says what the order can have bought', async () => {
    const wishes = ['local', 'canadian_local', 'tollfree', 'true800'].flatMap((type) =>
      [null, '212', '212555', '800'].flatMap((areaCode) =>
        [{}, { distance: 0, allowOverlay: false }, { distance: 5 }, { allowOverlay: true }].map(
          (more) => ({ type, areaCode, distance: null, allowOverlay: null, ...more }),
        ),
      ),
    ) as AskedNumbers[];
    const codes = [...TOLL_FREE, '212', '801', '822', '889'];
    const numbers = codes.flatMap((code) => [`${code}5550100`, `${code}4440100`]);
    const said = await sql<{ fits: boolean }>(
      ledger,
      `select ledger.asked_for(type, "areaCode", distance, "allowOverlay", number) as fits
       from json_to_recordset($1) as
         w(type text, "areaCode" text, distance int, "allowOverlay" boolean, at int),
         unnest($2::bigint[]) with ordinality n(number, place) order by at, place`,
      [JSON.stringify(wishes.map((wish, at) => ({ ...wish, at }))), numbers],
    );
    expect(said.map((each) => each.fits)).toEqual(
      wishes.flatMap((wish) => numbers.map((number) => fits(wish, number))),
    );
  });
});
