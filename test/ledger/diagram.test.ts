import { expect, test } from 'vitest';
import { orderId } from '../../src/ledger/index.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';

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

const MOVE = 'update ledger.orders set state = $2, bought = $3 where id = $1';

describeOnALedger('an order', (given) => {
  /** Orders beyond those of the plan, put into the state by hand. */
  const insertOrder = (id: number, planId: number, state: State) =>
    given.sql(
      `insert into ledger.orders (id, plan_id, line, quantity, state, bought)
       values ($1, $2, 2, $3, $4, $5)`,
      [id, planId, QUANTITY, state, boughtIn(state)],
    );
  /** The constraint that a move breaks. */
  const move = (id: number, to: State) => given.constraintOf(MOVE, [id, to, boughtIn(to)]);

  test.each(STATES)('that is %s stays, or goes where the diagram leads', async (from) => {
    const plan = await given.newPlan();
    const verdicts: Record<string, string> = {};
    for (const [n, to] of STATES.entries()) {
      const id = orderId(plan.id, 100 + n);
      await insertOrder(id, plan.id, from);
      verdicts[to] = await move(id, to);
    }
    const legal: readonly State[] = [from, ...DIAGRAM[from]];
    const expected = STATES.map((to) => [to, legal.includes(to) ? 'none' : 'orders_legal_move']);
    expect(verdicts).toEqual(Object.fromEntries(expected));
  });

  test('that may not move stays where it is, in a sentence', async () => {
    const { orders } = await given.newPlan();
    const [id] = orders;
    await expect(given.sql(MOVE, [id, 'filled', QUANTITY])).rejects.toThrow(
      `order ${id} may not go from waiting to filled`,
    );
    const state = 'select state, bought from ledger.orders where id = $1';
    expect(await given.sql(state, [id])).toEqual([{ state: 'waiting', bought: 0 }]);
  });

  test('knows no other state', async () => {
    const { orders } = await given.newPlan();
    // From `waiting`, the diagram refuses it first; for a new order, the list of states does.
    expect(await given.constraintOf(MOVE, [orders[0], 'done', 0])).toBe('orders_legal_move');
  });
});
