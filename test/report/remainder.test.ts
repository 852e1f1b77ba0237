import { expect, test } from 'vitest';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line } from '../support/plans.ts';
import { filled, readBack, refused, short, undelivered } from './reported-plan.ts';

describeOnALedger('remainder.csv', (given) => {
  test('reads as a plan that asks for what is missing', async () => {
    const plan = await given.planWith([
      line({ line: 2, quantity: 30 }),
      line({ line: 3, quantity: 30, type: 'true800', areaCode: null }),
      line({ line: 4, areaCode: '312', quantity: 60 }),
      line({ line: 5, areaCode: '415', quantity: 100 }),
    ]);
    const cancelled = Array(4).fill('cancelled');
    await given.decide(plan, [
      ...[filled, short],
      ...[refused, undelivered],
      ...[filled, filled, filled],
      ...cancelled,
    ]);
    const { check, lines } = await readBack(await given.textOf(plan, 'remainder.csv'));
    const { short: missing, ...document } = await given.findPlan(plan.id);
    expect(check).toMatchObject({ faults: [], warnings: [], lines: 3, orders: 7 });
    expect(check.numbers).toBe(
      missing + document.refused + document.undelivered + document.cancelled,
    );
    expect(lines.map(({ type, quantity }) => [type, quantity])).toEqual([
      ['local', 4],
      ['true800', 30],
      ['local', 100],
    ]);
  });

  test('asks for it in the same way, and leaves absent what was absent', async () => {
    const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const lines = [
      line({ areaCode: '212555', smsSupported: false, allowOverlay: true, distance: 0 }),
      line({ fillQuantity: true, cleansedOnly: true, smsSupported: true, orderSlot: true }),
      line({ cleansedOnly: false, distance: 25, orderSlot: false, allowOverlay: false }),
      line({ areaCode: null, type: 'tollfree' }),
      line({ areaCode: '416', type: 'canadian_local' }),
      line({ fallback: 'overlay nearby:25+cross:10 tollfree', keepTrying: `until ${inAMonth}` }),
    ].map((each, at) => ({ ...each, line: at + 2, extra: [`note ${at}`, ''] }));
    const columns = ['Note', 'not used'];
    const plan = await given.planWith(lines, columns);
    await given.decide(plan, Array(6).fill(refused));
    const again = await readBack(await given.textOf(plan, 'remainder.csv'));
    expect(again.lines).toEqual(lines);
    expect(again.check.extraColumns).toEqual(columns);
  });
});
