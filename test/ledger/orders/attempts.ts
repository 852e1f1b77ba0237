import type { Ledger } from '../../../src/ledger/index.ts';
import { sql } from '../../support/ledger.ts';

/** What the ledger says of an order's attempts, the first one first. */
export const attemptsOf = (ledger: Ledger, orderId: number) =>
  sql(
    ledger,
    `select no, outcome, status, what, body, answered_at is not null as answered
     from ledger.attempts where order_id = $1 order by no`,
    [orderId],
  );
