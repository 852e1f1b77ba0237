import { expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { labelOf } from '../support/ledger.ts';
import { linesOf } from '../support/plans.ts';
import { openRig } from './rig.ts';

const rig = openRig();

/** The ledger, and what is asked of it. */
function counted(ledger: Ledger) {
  const asked: string[] = [];
  const counting: Ledger = {
    ...ledger,
    query(text, values) {
      asked.push(labelOf(text));
      return ledger.query(text, values);
    },
    transaction(work) {
      asked.push('transaction');
      return ledger.transaction(work);
    },
  };
  return { asked, counting };
}

test('buying an order takes two statements: its claim and the record of its answer', async () => {
  const plan = await rig.newPlan({ lines: linesOf(...Array<number>(5).fill(3)) });
  const { asked, counting } = counted(rig.ledger);
  for (const order of plan.orders) {
    expect(await rig.place(plan, order, { ledger: counting })).toMatchObject({ next: 'done' });
  }
  expect(rig.arrivals()).toHaveLength(5);
  expect(asked).toEqual(Array(5).fill(['claim_orders', 'record_plain']).flat());
});
