import type { UndecidedOrder } from '../../documents/index.ts';
import { ASKED } from '../asked.ts';
import type { Ledger } from '../ledger.ts';
import { askedLine } from '../order-id.ts';

/** Nobody picks from more than this. Those that fit come first. */
const NAMED_MAX = 200;

/** The orders whose verdict leaves them to a person, by rising id. */
export function openOrders(ledger: Ledger): Promise<UndecidedOrder[]> {
  return ledger.query<UndecidedOrder>(
    `select o.id as "order", p.id as plan, p.name as "planName", ${askedLine('l')} as line,
       ${ASKED}, o.quantity - o.bought as lacking, v.why, cardinality(v.numbers) > $1 as "hasMore",
       coalesce((select json_agg(number) from unnest(v.numbers[1:$1]) named(number)
         where not exists (select from ledger.numbers n where n.number = named.number::bigint)),
         '[]') as numbers
     from ledger.orders o join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts
       join ledger.plans p on p.id = o.plan_id
       join ledger.lines l on l.plan_id = o.plan_id and l.line = o.line
     where o.state = 'unknown' and v.finding = 'open'
     order by o.id`,
    [NAMED_MAX],
  );
}
