import { expect, test } from 'vitest';
import { type Ledger, orderId } from '../../src/ledger/index.ts';
import { brokenConstraint, sql } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { newPlan } from '../support/plans.ts';

/** The diagram of docs/invariants.md, as a table. */
const DIAGRAM = {
  waiting: ['sending', 'cancelled'],
  sending: ['filled', 'short', 'refused', 'waiting', 'undelivered', 'unknown'],
  unknown: ['filled', 'short', 'refused', 'waiting', 'undelivered'],
  refused: ['waiting'],
  undelivered: ['waiting'],
  filled: [],
  short: [],
  cancelled: [],
} as const satisfies Record<string, string[]>;

type State = keyof typeof DIAGRAM;

const STATES = Object.keys(DIAGRAM) as State[];
const QUANTITY = 10;

/** What a state allows to have been bought. */
const boughtIn = (state: State) => (state === 'filled' ? QUANTITY : 0);

/** Orders beyond those of the plan, put into the state by hand. */
function insertOrder(ledger: Ledger, id: number, planId: number, state: State) {
  return sql(
    ledger,
    `insert into ledger.orders (id, plan_id, line, quantity, state, bought) values ($1, $2, 2,
      $3, $4, $5)`,
    [id, planId, QUANTITY, state, boughtIn(state)],
  );
}

const move = (ledger: Ledger, id: number, state: string, bought: number) =>
  sql(ledger, 'update ledger.orders set state = $2, bought = $3 where id = $1', [
    id,
    state,
    bought,
  ]);

describeOnALedger('an order', (given) => {
  test.each(STATES)('that is %s goes where the diagram leads and nowhere else', async (from) => {
    const { ledger } = given;
    const plan = await newPlan(ledger);
    const others = STATES.filter((to) => to !== from);
    const verdicts: Record<string, string> = {};
    for (const [n, to] of others.entries()) {
      const id = orderId(plan.id, 100 + n);
      await insertOrder(ledger, id, plan.id, from);
      verdicts[to] = await brokenConstraint(move(ledger, id, to, boughtIn(to)));
    }
    const legal: readonly State[] = DIAGRAM[from];
    const expected = others.map((to) => [to, legal.includes(to) ? 'none' : 'orders_legal_move']);
    expect(verdicts).toEqual(Object.fromEntries(expected));
  });

  test.each(STATES)('that is %s may be said to be so once more', async (state) => {
    const plan = await newPlan(given.ledger);
    const id = orderId(plan.id, 100);
    await insertOrder(given.ledger, id, plan.id, state);
    const operation = move(given.ledger, id, state, boughtIn(state));
    expect(await brokenConstraint(operation)).toBe('none');
  });

  test('that may not move stays where it is, in a sentence', async () => {
    const { ledger } = given;
    const { orders } = await newPlan(ledger);
    const [id] = orders;
    await expect(move(ledger, id!, 'filled', QUANTITY)).rejects.toThrow(
      `order ${id} may not go from waiting to filled`,
    );
    const state = 'select state, bought from ledger.orders where id = $1';
    expect(await sql(ledger, state, [id])).toEqual([{ state: 'waiting', bought: 0 }]);
  });

  test('knows no other state', async () => {
    const { orders } = await newPlan(given.ledger);
    // From `waiting`, the diagram refuses it first; for a new order, the list of states does.
    expect(await brokenConstraint(move(given.ledger, orders[0]!, 'done', 0))).toBe(
      'orders_legal_move',
    );
  });
});
