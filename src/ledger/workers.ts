import type { Ledger } from './ledger.ts';

/** A worker that was not heard for so long is dead, or as good as: it sends nothing any more. */
export const SILENCE = `interval '20 s'`;

/** A worker says that it is alive, once a second. Whoever was silent for a day is forgotten. */
export async function noteAlive(ledger: Ledger, accountId: number, worker: string): Promise<void> {
  await ledger.query(
    'note_alive',
    `with gone as (delete from ledger.workers where seen_at < ledger.now() - interval '1 day')
     insert into ledger.workers as w (name, account_id) values ($2, $1)
     on conflict on constraint workers_pkey do update set
       steady_since = case when w.seen_at < ledger.now() - interval '5 s'
         then ledger.now() else w.steady_since end,
       seen_at = ledger.now()`,
    [accountId, worker],
  );
}

/** A worker leaves with nothing in flight. */
export async function noteGone(ledger: Ledger, worker: string): Promise<void> {
  await ledger.query('note_gone', 'delete from ledger.workers where name = $1', [worker]);
}
