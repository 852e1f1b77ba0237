/** Unknown orders, and how a person settles them. */
import {
  type AnswerRecord,
  type ClaimedOrder,
  type Finding,
  type Ledger,
  settleOrder,
} from '../../src/ledger/index.ts';
import type { Line } from '../../src/plan/index.ts';
import { BY } from './by.ts';
import { sql } from './ledger.ts';
import { newPlan, type SmallPlan } from './plans.ts';
import { readList, sendOne } from './sending.ts';

export const NOTHING = { nothing: true } as const;
/** It is known from elsewhere, whatever speaks against it. */
export const ANYHOW = { againstEvidence: true };

export type Unknown = { plan: SmallPlan; order: ClaimedOrder };

/** A plan of one order, of ten in 212 unless wished otherwise, whose answer proved nothing. */
export async function unknownOrder(
  ledger: Ledger,
  { lines, ...answer }: Partial<AnswerRecord> & { lines?: Line[] } = {},
): Promise<Unknown> {
  const plan = await newPlan(ledger, lines ? { lines } : {});
  const { order } = await sendOne(ledger, plan, 'unknown', answer);
  return { plan, order };
}

/** As if its worker had not been heard of since it sent the order: an answer may still come. */
export async function forgetAnswer(ledger: Ledger, { id }: ClaimedOrder): Promise<void> {
  await sql(ledger, 'update ledger.attempts set answered_at = null where order_id = $1', [id]);
}

/** Of the plan's first order, by a person who has seen on the vendor's list what was bought. */
export async function settleByList(
  ledger: Ledger,
  { account, orders }: SmallPlan,
  finding: Finding,
  options: { againstEvidence?: boolean; seen?: string } = {},
) {
  const bought = 'bought' in finding ? finding.bought : [];
  // The list has numbers only.
  const onList = bought.filter((number) => /^[2-9]\d{9}$/.test(number));
  await readList(ledger, account, onList);
  return settleOrder(ledger, orders[0]!, finding, BY, options);
}
