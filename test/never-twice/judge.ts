import type { Ledger } from '../../src/ledger/index.ts';
import type { Books } from '../../src/sandbox/index.ts';
import { readLedger } from '../support/books/facts.ts';
import { judge as judgeBooks } from '../support/books/judge.ts';

/** What a drill came to, when no law was broken in it. Counts of orders, unless said otherwise. */
export type Verdict = {
  orders: number;
  /** State -> how many orders; a state in which none is, is missing. */
  states: Record<string, number>;
  attempts: number;
  requests: number;
  /** Numbers, as the vendor's books have them. */
  sold: number;
  /** Numbers, as the ledger has them. */
  recorded: number;
};

/** The vendor's books against the ledger. Throws with every breach. */
export async function judge(ledger: Ledger, { requests, sold }: Books): Promise<Verdict> {
  const reading = await readLedger(ledger);
  const facts = { ...reading, requests, isWhole: true, isTimed: false, isByAnswers: true };
  // Some drills are judged in mid-run.
  const breaches = judgeBooks(facts).filter(({ kind }) => kind !== 'left open');
  if (breaches.length > 0) {
    const each = breaches.map(({ kind, order, detail }) => `\n  - ${kind}: ${order}: ${detail}`);
    throw new Error(`${breaches.length} breaches:${each.join('')}`);
  }
  const { orders } = reading;
  const states = Map.groupBy(orders, ({ state }) => state);
  return {
    orders: orders.length,
    states: Object.fromEntries([...states].map(([state, those]) => [state, those.length])),
    attempts: orders.flatMap(({ attempts }) => attempts).length,
    requests: requests.length,
    sold,
    recorded: orders.flatMap(({ numbers }) => numbers).length,
  };
}
