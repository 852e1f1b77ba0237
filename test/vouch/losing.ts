import { expect } from 'vitest';
import type { Account, Ledger } from '../../src/ledger/index.ts';
import type { MarkStore } from '../../src/witness/index.ts';
import { orderRow } from '../support/ledger.ts';
import { callWith } from '../support/mark-call.ts';
import { linesOf, newPlan, newSha256, type SmallPlan } from '../support/plans.ts';
import { newNumbers, readList } from '../support/sending.ts';
import { openVouching } from './vouching.ts';

/**
 * The witness has marks of a plan of 30 numbers, orders 1 and 2, that the ledger does not know.
 * `before` is done while it does not have them. `submitAgain` submits the plan's file.
 */
export async function beginLosing(
  ledger: Ledger,
  store: MarkStore | null,
  { copy = 0, before }: { copy?: number; before?: (account: Account) => Promise<void> } = {},
) {
  const vouching = await openVouching(ledger, { store });
  const { plan, witness } = vouching;
  const { account } = plan;
  await vouching.watch();
  const owned = newNumbers(1);
  await readList(ledger, account, owned);
  if (before) {
    await vouching.vouch();
    await before(account);
  }
  const sha256 = newSha256();
  const planKey = `${sha256}:${copy}:30`;
  const marked = (order: number, attempt: number) => ({
    ...{ planKey, order, attempt, nonce: 7, quantity: 10 },
  });
  for (const mark of [marked(1, 1), marked(2, 1), marked(2, 2)])
    await witness.mark([mark], callWith(await witness.ticket()));
  const submitAgain = (quantities = [10, 10, 10], again = false, started = true) =>
    newPlan(ledger, { account, sha256, lines: linesOf(...quantities), again, started });
  return { ...vouching, owned, sha256, submitAgain, marked };
}

/** The states of its orders once it is there again, in the order of ids. */
export const IN_DOUBT = [
  ['unknown', 1],
  ['unknown', 2],
  ['waiting', 0],
];

export async function statesIn(ledger: Ledger, { orders }: SmallPlan) {
  const rows = await Promise.all(orders.map((id) => orderRow(ledger, id)));
  return rows.map(({ state, attempts }) => [state, attempts]);
}

export const refusedAs = (what: string, code = 'wrong_state') => ({
  code,
  message: expect.stringContaining(what),
});
