import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ledger, ordinalOf, planOf } from '../../../src/ledger/index.ts';
import { ORDER_MAX, orderCount } from '../../../src/order-size.ts';
import type { Line } from '../../../src/plan/index.ts';
import { sql } from '../../support/ledger.ts';
import { describeOnBothDrivers } from '../../support/ledger-drivers.ts';
import { checkOf, inBatches, line, linesOf, newPlan, newSha256 } from '../../support/plans.ts';

type OrderRow = { id: number; line: number; quantity: number };

const ordersOf = (ledger: Ledger, planId: number) =>
  sql<OrderRow>(
    ledger,
    'select id, line, quantity from ledger.orders where plan_id = $1 order by id',
    [planId],
  );

const countRows = async (ledger: Ledger) => {
  const [row] = await sql(
    ledger,
    `select (select count(*) from ledger.plans) as plans,
       (select count(*) from ledger.lines) as lines,
       (select count(*) from ledger.orders) as orders,
       (select count(*) from ledger.events) as events`,
  );
  return row;
};

describeOnBothDrivers('submitting', (given) => {
  test('looks for the lines of orders by key, also once small plans were counted', async () => {
    const { ledger } = given;
    const account = await given.newAccount();
    for (let n = 0; n < 60; n++) await given.newPlan({ account, lines: linesOf(10, 10) });
    await ledger.script('analyze ledger.lines');
    // As the check of a statement's orders does, with the settings of its function.
    const explained = await ledger.transaction(async (tx) => {
      for (const way of ['seqscan', 'hashjoin', 'mergejoin'])
        await tx.query(`select set_config('enable_${way}', 'off', true)`, []);
      return tx.query<{ 'QUERY PLAN': string }>(
        `explain select from (select distinct plan_id, line from ledger.orders) c
         where not exists (select from ledger.lines l
           where l.plan_id = c.plan_id and l.line = c.line)`,
        [],
      );
    });
    const plan = explained.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Nested Loop Anti Join/);
    expect(plan).toMatch(/lines_pkey/);
  });

  describe('a plan', () => {
    test('waits for a person to start it', async () => {
      const { id, account } = await given.newPlan({ lines: linesOf(30, 5), started: false });
      expect(await given.findPlan(id)).toMatchObject({
        name: 'plan.csv',
        state: 'ready',
        account: account.name,
        submittedBy: 'Ada',
        lines: 2,
        orders: 3,
        pendingOrders: 3,
        requested: 35,
        pending: 35,
        startedAt: null,
        endedAt: null,
      });
      expect(await given.planEvents(id)).toMatchObject([{ kind: 'plan_submitted', who: 'Ada' }]);
    });

    test('keeps all that its lines say', async () => {
      const full = line({
        line: 7,
        areaCode: '312555',
        type: 'canadian_local',
        fillQuantity: true,
        cleansedOnly: false,
        distance: 0,
        smsSupported: true,
        orderSlot: false,
        allowOverlay: true,
        fallback: 'overlay state:10',
        keepTrying: '3d',
        extra: ['New "York"', '', 'ü\n'],
      });
      const bare = line({ line: 9, areaCode: null, type: 'true800' });
      const { id } = await given.newPlan({ lines: [full, bare] });
      const rows = await given.sql<Line & { extra: string }>(
        `select line, area_code as "areaCode", type, quantity, fill_quantity as "fillQuantity",
         cleansed_only as "cleansedOnly", distance, sms_supported as "smsSupported",
         order_slot as "orderSlot", allow_overlay as "allowOverlay",
         fallback, keep_trying as "keepTrying", coalesce(extra, '[]') as extra
       from ledger.lines where plan_id = $1 order by line`,
        [id],
      );
      expect(rows.map((row) => ({ ...row, extra: JSON.parse(row.extra) }))).toEqual([full, bare]);
    });

    test('leaves nothing behind when its lines cannot be read to the end', async () => {
      const { ledger } = given;
      const account = await given.newAccount();
      const before = await countRows(ledger);
      const fault = new Error('the file has changed');
      const cutOff = async function* (lines: Line[]) {
        yield* inBatches(lines);
        throw fault;
      };
      const lines = linesOf(1000, 26, 1);
      const check = checkOf(lines);
      const submission = {
        accountId: account.id,
        name: 'cut.csv',
        check,
        again: false,
        who: 'Ada',
      };
      await expect(given.submitPlan({ ...submission, lines: () => cutOff(lines) })).rejects.toBe(
        fault,
      );
      expect(await countRows(ledger)).toEqual(before);
      await given.submitPlan({ ...submission, lines: () => inBatches(lines) });
    });

    test('is as few orders as can be, in the order of its lines, full ones first', async () => {
      const quantity = fc.oneof(
        { arbitrary: fc.integer({ min: 1, max: 400 }), weight: 30 },
        { arbitrary: fc.integer({ min: 1, max: 100_000 }), weight: 1 },
      );
      const quantities = fc.array(quantity, { minLength: 1, maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(quantities, async (wanted) => {
          const { id } = await given.newPlan({ lines: linesOf(...wanted) });
          const orders = await ordersOf(given.ledger, id);
          expect(orders.map((order) => order.id)).toEqual(
            orders.map((_, n) => id * 10_000_000 + n + 1),
          );
          const last = orders.at(-1)!.id;
          expect([planOf(last), ordinalOf(last)]).toEqual([id, orders.length]);
          const lines = orders.map((order) => order.line);
          expect(lines).toEqual(lines.toSorted((a, b) => a - b));
          const sizes = Map.groupBy(orders, (order) => order.line);
          for (const [index, asked] of wanted.entries()) {
            const sizesOfLine = sizes.get(index + 2)!.map(({ quantity }) => quantity);
            expect(sizesOfLine.reduce((sum, size) => sum + size)).toBe(asked);
            expect(Math.min(...sizesOfLine)).toBeGreaterThanOrEqual(1);
            expect(sizesOfLine.slice(0, -1).every((size) => size === ORDER_MAX)).toBe(true);
            expect(sizesOfLine.at(-1)).toBeLessThanOrEqual(ORDER_MAX);
            expect(sizesOfLine.length).toBe(orderCount(asked));
            expect((sizesOfLine.length - 1) * ORDER_MAX).toBeLessThan(asked);
          }
          expect(orders.length).toBe(wanted.reduce((sum, each) => sum + Math.ceil(each / 25), 0));
          const faults = await given.breachesOf(id);
          expect(faults).toEqual([]);
        }),
        { numRuns: 15 },
      );
    });
  });

  describe('the same file', () => {
    test('is refused, naming the earlier plan and --again', async () => {
      const first = await given.newPlan({ sha256: newSha256() });
      const { account } = first;
      const { sha256 } = await given.findPlan(first.id);
      await expect(given.newPlan({ account, sha256 })).rejects.toMatchObject({
        code: 'duplicate_file',
        message: expect.stringMatching(
          `as plan ${first.id} \\(plan.csv, running, 20.*Z\\).*Nothing was stored.*"show ` +
            `${first.id}".*--again`,
        ),
        details: { plan: first.id },
      });
    });

    test('in another format is refused, unless a note differs', async () => {
      const lines = [line({ extra: ['for Ann'] }), line({ line: 3, extra: ['for Bob'] })];
      const { id, account } = await given.newPlan({ lines });
      // A blank line before them.
      const moved = lines.map((each) => ({ ...each, line: each.line + 1 }));
      const reformatted = { account, lines: moved, again: false };
      await expect(given.newPlan(reformatted)).rejects.toMatchObject({
        code: 'duplicate_file',
        message: expect.stringMatching(`has the same lines as plan ${id} \\(plan.csv, running`),
        details: { plan: id },
      });
      const other = [lines[0]!, { ...lines[1]!, extra: ['for Eve'] }];
      await given.newPlan({ account, lines: other, again: false });
      await given.newPlan({ ...reformatted, again: true });
    });

    test('is bought again as often as one says so, and the newest plan is named', async () => {
      const sha256 = newSha256();
      const { account } = await given.newPlan({ sha256 });
      const second = await given.newPlan({ account, sha256, again: true });
      const third = await given.newPlan({ account, sha256, again: true });
      expect(third.id).toBeGreaterThan(second.id);
      await expect(given.newPlan({ account, sha256 })).rejects.toMatchObject({
        details: { plan: third.id },
      });
    });

    test('is nothing special for another account', async () => {
      const sha256 = newSha256();
      const one = await given.newPlan({ sha256 });
      const other = await given.newPlan({ sha256 });
      expect(other.account.id).not.toBe(one.account.id);
    });

    test('submitted by many at the same moment is stored once', async () => {
      const handles = Array.from({ length: 5 }, given.another);
      for (let round = 0; round < 5; round++) {
        const sha256 = newSha256();
        const account = await given.newAccount();
        const all = await Promise.allSettled(
          handles.map((ledger) => newPlan(ledger, { account, sha256 })),
        );
        const stored = all.filter((each) => each.status === 'fulfilled');
        expect(stored).toHaveLength(1);
        const refused = all.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
        for (const reason of refused) {
          expect(reason).toMatchObject({
            code: 'duplicate_file',
            details: { plan: stored[0]!.value.id },
          });
        }
      }
    });

    test('submitted again by many at the same moment is stored by each', async () => {
      const sha256 = newSha256();
      const account = await given.newAccount();
      const all = await Promise.all(
        Array.from({ length: 5 }, () => newPlan(given.another(), { account, sha256, again: true })),
      );
      expect(new Set(all.map((plan) => plan.id)).size).toBe(5);
    });
  });
});
