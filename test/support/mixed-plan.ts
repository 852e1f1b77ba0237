import type { Ledger } from '../../src/ledger/index.ts';
import type { BookedRequest, Sandbox, SandboxOptions } from '../../src/sandbox/index.ts';
import { allLines, sql } from './ledger.ts';

/** A plan with a line for each thing that can become of one, and a sandbox that sees to it. */
export const MIXED_PLAN = `area_code,quantity,type,fill_quantity,sms_supported,allow_overlay,city
212,60,local,,,,New York
312-555,25,local,,,,Chicago
(415),40,local,,,,San Francisco
206,15,local,,1,,Seattle
646-555,5,local,,,1,New York
604,10,canadian_local,,,,Vancouver
,30,tollfree,,,,
,12,true800,,,,
907,20,local,,,,Anchorage
808,10,local,,,,Honolulu
305,10,local,1,,,Miami
713,17,local,,,,Houston
`;

/** Five of the twelve numbers in 907 are the account's own already. */
const MIXED_OWNED = [1, 2, 3, 4, 5].map((n) => `907555010${n}`);

export const MIXED_SANDBOX: SandboxOptions = {
  stock: { '907': 12, '808': 0, '305': 9 },
  owned: MIXED_OWNED,
};

export function refuseHouston(sandbox: Sandbox): void {
  sandbox.next('refuse', { search: '713', times: Infinity });
}

/** Its results, with any worker, database and queue. */
export const MIXED_RESULTS = [
  { line: 2, requested: 60, bought: 60 },
  { line: 3, requested: 25, bought: 25 },
  { line: 4, requested: 40, bought: 40 },
  { line: 5, requested: 15, bought: 15 },
  { line: 6, requested: 5, bought: 5 },
  { line: 7, requested: 10, bought: 10 },
  { line: 8, requested: 30, bought: 30 },
  { line: 9, requested: 12, bought: 12 },
  { line: 10, requested: 20, bought: 7, short: 13, reason: 'The vendor had no more such numbers.' },
  {
    line: 11,
    requested: 10,
    short: 10,
    reason: 'The vendor has no such numbers: "No numbers available"',
  },
  {
    line: 12,
    requested: 10,
    short: 10,
    reason: 'The vendor has no such numbers: "Not enough numbers available"',
  },
  {
    line: 13,
    requested: 17,
    refused: 17,
    reason: 'The vendor refused: "Order declined by the carrier desk"',
  },
].map((row) => ({ bought: 0, short: 0, refused: 0, elsewhere: 0, reason: null, ...row }));

/** The plan's lines as a person sees them, without what is true only of one run. */
export async function resultsOf(ledger: Ledger, planId: number) {
  const lines = await allLines(ledger, planId);
  return lines.map(({ line, requested, bought, short, refused, reason, ...counts }) => {
    const { undelivered, unknown, cancelled, pending } = counts;
    const elsewhere = undelivered + unknown + cancelled + pending;
    return { line, requested, bought, short, refused, elsewhere, reason };
  });
}

/** What was searched -> the numbers that the ledger has for it, in all orders together. */
export async function numbersBySearch(ledger: Ledger, planId: number) {
  const found = await sql<{ search: string; number: string }>(
    ledger,
    `select coalesce(l.area_code, l.type) as search, n.number::text as number
     from ledger.numbers n join ledger.orders o on o.id = n.order_id
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     where o.plan_id = $1 order by o.id, n.number`,
    [planId],
  );
  return grouped(found.map(({ search, number }) => [search, number]));
}

/** The same from the vendor's books. */
export function soldBySearch(requests: BookedRequest[]) {
  return grouped(
    requests.flatMap(({ search, sold }) => sold.map((n): [string, string] => [search, n])),
  );
}

function grouped(pairs: [string, string][]): Record<string, string[]> {
  const groups = Object.groupBy(pairs, ([search]) => search);
  return Object.fromEntries(
    Object.entries(groups).map(([search, found]) => [search, found!.map(([, n]) => n).toSorted()]),
  );
}
