import { plansAbove } from './lock.ts';

/**
 * SQL: the plans of account `$1` whose remainder a plan asks for that has not ended, perhaps for
 * another account; and cancelled ones that asked before for what such a plan, or one above it, may
 * ask for again.
 */
export const ASKED_ELSEWHERE = `
  with recursive open as (select id from ledger.plans where ended_at is null),
  ${plansAbove('select l.barred from ledger.remainder_links l join open on open.id = l.plan')},
  given_up(id) as (
    select l.plan from ledger.remainder_links l
      join ledger.plans p on p.id = l.plan and p.state = 'cancelled'
    where l.barred in (select id from open union select id from above)
    union
    select l.plan from given_up join ledger.remainder_links l on l.barred = given_up.id
      join ledger.plans p on p.id = l.plan and p.state = 'cancelled')
  select id from ledger.plans where account_id = $1
    and id in (select id from above union select id from given_up)`;
