import { AppError } from '../../errors.ts';
import { type By, noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { isForeign } from '../listings/listings.ts';
import { dropVerdicts } from '../listings/verdicts.ts';
import { requirePhoneNumbers } from '../phone-numbers.ts';
import { COMPARE_FIRST, firstFew } from './objections.ts';

/** What a person says of numbers: that they are foreign, or that this was a mistake. */
export type ForeignWish = { numbers: string[]; undo: boolean; againstEvidence: boolean };

/**
 * A named person says that numbers of the account were bought outside this program, or takes that
 * back. Nothing here has to explain a foreign number: verdicts do not count it, and no order is
 * suspected of having bought it. So an order that did buy it may be settled as nothing, and be sent
 * again. Verdicts on unknown orders are dropped: the next reading of the list makes them anew.
 *
 * Objections prevent it. `againstEvidence` overrides them, and the event keeps them.
 *
 * Throws AppError `wrong_state` when the account's newest list lacks a number, an order has it, or
 * nobody said what is to be taken back; `against_evidence`, with all `objections`; `invalid_usage`
 * when something named is no phone number.
 */
export async function sayForeign(
  ledger: Ledger,
  account: { id: number; name: string },
  { numbers: named, undo, againstEvidence }: ForeignWish,
  by: By & { why: string },
): Promise<string[]> {
  const numbers = requirePhoneNumbers(named).toSorted();
  return ledger.transaction(async (tx) => {
    const strays = await lockStrays(tx, account.id, numbers);
    requireStrays(account.name, numbers, strays, undo);
    const objections = undo ? [] : await objectionsTo(tx, account.id, strays);
    if (objections.length > 0 && !againstEvidence) throw refusal(objections);
    await tx.query(
      'foreign_say',
      `update ledger.owned w set foreign_at = case when $3 then null else a.listing_id end
       from ledger.accounts a
       where a.id = $1 and w.account_id = a.id and w.number = any($2::bigint[])`,
      [account.id, numbers, undo],
    );
    await dropVerdicts(tx, account.id);
    const against = objections.length > 0 ? { againstEvidence: objections } : {};
    await noteEvent(tx, {
      kind: undo ? 'numbers_not_foreign' : 'numbers_foreign',
      ...by,
      accountId: account.id,
      detail: { numbers, ...against },
    });
    return numbers;
  });
}

type LockedStray = {
  number: string;
  /** The list that it came to, or came back to. */
  listing: number;
  isListed: boolean;
  isForeign: boolean;
  /** The order that has it; null: none. */
  order: number | null;
};

function lockStrays(tx: Queries, accountId: number, numbers: string[]): Promise<LockedStray[]> {
  return tx.query<LockedStray>(
    'foreign_lock',
    `select w.number::text as number, greatest(w.listing_id, w.back_listing) as listing,
       w.gone_listing is null as "isListed", ${isForeign('w')} as "isForeign",
       (select n.order_id from ledger.numbers n where n.number = w.number) as "order"
     from ledger.owned w where w.account_id = $1 and w.number = any($2::bigint[])
     order by w.number for update of w`,
    [accountId, numbers],
  );
}

function requireStrays(account: string, numbers: string[], strays: LockedStray[], undo: boolean) {
  const refuse = (what: string) => new AppError('wrong_state', `${what} Nothing was changed.`);
  const taken = strays.find(({ order }) => order !== null);
  if (taken) throw refuse(`Number ${taken.number} belongs to order ${taken.order}.`);
  const listed = strays.filter(({ isListed }) => isListed).map(({ number }) => number);
  const missing = numbers.filter((number) => !listed.includes(number));
  if (missing.length > 0) {
    const those = firstFew(missing);
    throw refuse(`The newest list of numbers that account "${account}" owns lacks ${those}.`);
  }
  const said = strays.filter((each) => each.isForeign !== undo).map(({ number }) => number);
  if (said.length === 0) return;
  const who = undo ? 'Nobody has' : 'Somebody has already';
  throw refuse(`${who} said that ${firstFew(said)} ${said.length === 1 ? 'is' : 'are'} foreign.`);
}

function refusal(objections: string[]): AppError {
  return new AppError(
    'against_evidence',
    `The numbers were not called foreign, for this speaks against it. ${objections.join(' ')} ` +
      'If you know better, say it with --against-evidence and --why: all are kept.',
    { objections },
  );
}

/** Objections, each a sentence. While the ledger is in doubt, that is the only one. */
async function objectionsTo(
  tx: Queries,
  accountId: number,
  strays: LockedStray[],
): Promise<string[]> {
  const [account] = await tx.query<{ isVouchedFor: boolean }>(
    'foreign_vouched',
    `select vouched_for is not distinct from ledger.incarnation() as "isVouchedFor"
     from ledger.accounts where id = $1`,
    [accountId],
  );
  if (!account?.isVouchedFor) return [COMPARE_FIRST];
  return [...(await told(tx, accountId, strays)), ...(await underWay(tx, accountId, strays))];
}

/** What the vendor said: in an answer to an order, or by a list that leaves no doubt. */
async function told(tx: Queries, accountId: number, strays: LockedStray[]): Promise<string[]> {
  const found = await tx.query<{ order: number; named: string[]; given: string[] }>(
    'foreign_told',
    `select o.id as "order",
       array(select d.number::text from ledger.disputes d
         where d.order_id = o.id and d.number = any($2::bigint[])) as named,
       array(select n from unnest(v.numbers) given(n)
         where v.finding = 'bought' and n::bigint = any($2::bigint[])) as given
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
       left join ledger.verdicts v on v.order_id = o.id and v.attempt = o.attempts
     where p.account_id = $1 and o.state = 'unknown' order by o.id`,
    [accountId, strays.map(({ number }) => number)],
  );
  return found.flatMap(({ order, named, given }) => [
    ...(named.length > 0 ? [`The vendor named ${firstFew(named)} for order ${order}.`] : []),
    ...(given.length > 0
      ? [`The verdict of the vendor's list is that order ${order} bought ${firstFew(given)}.`]
      : []),
  ]);
}

/** Any order may have bought them whose request was sent before the list that has them first. */
async function underWay(tx: Queries, accountId: number, strays: LockedStray[]): Promise<string[]> {
  const found = await tx.query<{ order: number; baseline: number }>(
    'foreign_under_way',
    `select o.id as "order", coalesce(t.baseline, 0) as baseline
     from ledger.orders o
       join ledger.attempts t on t.order_id = o.id and t.no = o.attempts
       join ledger.plans p on p.id = o.plan_id
       join ledger.accounts a on a.id = p.account_id
     where a.id = $1 and (o.state = 'sending'
       or o.state = 'unknown' and t.status is null and t.deadline_tick > a.ticks)
     order by o.id`,
    [accountId],
  );
  return found.flatMap(({ order, baseline }) => {
    const maybe = strays.filter(({ listing }) => listing > baseline).map(({ number }) => number);
    if (maybe.length === 0) return [];
    return [`Order ${order} may have bought ${firstFew(maybe)}, for its request may be under way.`];
  });
}
