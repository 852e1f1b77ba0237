import type { UndecidedOrder } from '../../documents/index.ts';
import type { Asker } from '../../evidence/index.ts';
import { ASKED, SENT_ORDERS } from '../asked.ts';
import type { Ledger } from '../ledger.ts';
import { askedLine } from '../order-id.ts';
import { isForeign, lastListing } from './listings.ts';
import { TOLD } from './verdicts.ts';

/** Nobody picks from more than this. Those that fit come first. */
const NAMED_MAX = 200;

/** `earlier`: those of its numbers that were on the list before it was sent. */
export type OpenOrder = UndecidedOrder & { account: number; earlier: string[] };

/**
 * Orders that a verdict leaves to a person, by id; without numbers that something else explains.
 */
export function openOrders(ledger: Ledger): Promise<OpenOrder[]> {
  return ledger.query<OpenOrder>(
    `with ${TOLD}
     select o.id as "order", p.id as plan, p.name as "planName", ${askedLine('l')} as line,
       ${ASKED}, o.quantity - o.bought as lacking, v.why, cardinality(v.numbers) > $1 as "hasMore",
       p.account_id as account, named.numbers, named.earlier
     from ${SENT_ORDERS}
       join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts, lateral (
         select coalesce(json_agg(n.number order by n.at), '[]') as numbers,
           coalesce(json_agg(n.number order by n.at) filter (
             where n.number <> all (coalesce(t.named, '{}')::text[])
             and ${lastListing('w')} <= coalesce(t.baseline, 0)), '[]')
             as earlier
         from unnest(v.numbers[1:$1]) with ordinality n(number, at)
           left join ledger.owned w on w.account_id = p.account_id and w.number = n.number::bigint
         where not exists (select from ledger.numbers has where has.number = n.number::bigint)
           and not exists (select from told
             where told.account_id = p.account_id and told.number = n.number::bigint)
           and not coalesce(${isForeign('w')}, false)) named
     where o.state = 'unknown' and v.finding = 'open'
     order by o.id`,
    [NAMED_MAX],
  );
}

/** What the unknown orders asked for on which no verdict is open. */
export function otherAskers(ledger: Ledger): Promise<Asker[]> {
  return ledger.query<Asker>(
    `select distinct p.account_id as account, ${ASKED}
     from ${SENT_ORDERS}
     where o.state = 'unknown' and not exists (select from ledger.verdicts v
       where v.order_id = o.id and v.attempt = o.attempts and v.finding = 'open')`,
    [],
  );
}
