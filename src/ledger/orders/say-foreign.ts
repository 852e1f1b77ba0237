import { AppError } from '../../errors.ts';
import { lockAccountFor } from '../account-lock.ts';
import { IS_VOUCHED_FOR } from '../accounts/accounts.ts';
import { type By, noteEvent, refuseRepeated } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { isStray, type OwnedNumber, ownedAmong } from '../listings/listings.ts';
import { boughtByVerdict } from '../listings/verdicts.ts';
import { lostSince } from '../lost-plans/hold-up.ts';
import { isUnmade } from '../order-id.ts';
import { requirePhoneNumbers } from '../phone-numbers.ts';
import { lockCompared } from './contradicted.ts';
import { COMPARE_FIRST, firstFew, isOfOrder, type Overruled, overruled } from './objections.ts';
import { suspectOthers } from './suspect-others.ts';

/** What a person says of numbers: that they are foreign, or that this was a mistake. */
export type ForeignWish = { numbers: string[]; undo: boolean; againstEvidence: Overruled };

/**
 * A named person calls numbers of the account foreign: bought outside this program; or takes that
 * back. No waiting order is suspected of having bought a foreign number, so one that was is sent
 * again. On verdicts such numbers cast no doubt once the next list is read. Of an order that may
 * have bought some, a person still says what it bought. `againstEvidence` overrides objections, and
 * the event keeps them. What is taken back puts orders in doubt again that have not been sent
 * since. Returns the numbers. Throws AppError `wrong_state` when the newest list lacks a number, an
 * order has it, nobody said what is to be taken back, or the same was said before for the same
 * reason; `against_evidence`, with all `objections`; `invalid_usage` for what is no phone number.
 */
export async function sayForeign(
  ledger: Ledger,
  account: { id: number; name: string },
  { numbers: named, undo, againstEvidence }: ForeignWish,
  by: By & { why: string },
): Promise<string[]> {
  const numbers = requirePhoneNumbers(named).toSorted();
  return ledger.transaction(async (tx) => {
    // Who gives numbers to orders, keeps a list or compares with it holds this lock, too.
    await lockAccountFor(tx, 'settling', account.id);
    const strays = await readStrays(tx, account.id, numbers);
    requireStrays(account.name, numbers, strays, undo);
    const said = { ...by, accountId: account.id, detail: { numbers } };
    const mayRepeat = undo || strays.every(({ wasForeign }) => wasForeign);
    if (!mayRepeat) await refuseRepeated(tx, { ...said, kind: 'numbers_foreign' });
    const objections = undo ? [] : await foreignObjections(tx, account.id, strays);
    const against = overruled('The numbers were not called foreign', objections, againstEvidence);
    await tx.query(
      `update ledger.owned w set foreign_listing = case when not $3 then a.listing_id end
       from ledger.accounts a
       where a.id = $1 and w.account_id = a.id and w.number = any($2::bigint[])`,
      [account.id, numbers, undo],
    );
    if (undo) {
      await lockCompared(tx, [account.id]);
      await suspectOthers(tx, [account.id], { which: 'all', numbers, what: TAKEN_BACK });
    }
    await noteEvent(tx, {
      ...said,
      kind: undo ? 'numbers_not_foreign' : 'numbers_foreign',
      detail: { numbers, ...against },
    });
    return numbers;
  });
}

const TAKEN_BACK =
  'The ledger has gone back, and the account owns numbers that it does not know. Somebody took ' +
  'back that they are foreign, so this order may have bought them';

/** `order`: the order that has it; null: none. */
type ReadStray = OwnedNumber & { order: number | null };

async function readStrays(tx: Queries, accountId: number, numbers: string[]): Promise<ReadStray[]> {
  const taken = await tx.query<{ number: string; order: number | null }>(
    `select w.number::text as number, n.order_id as "order"
     from ledger.owned w join ledger.numbers n on n.number = w.number
     where w.account_id = $1 and w.number = any($2::bigint[]) and not ${isStray('w')}`,
    [accountId, numbers],
  );
  const orderOf = new Map(taken.map(({ number, order }) => [number, order]));
  const owned = await ownedAmong(tx, accountId, numbers);
  return owned.map((each) => ({ ...each, order: orderOf.get(each.number) ?? null }));
}

function requireStrays(account: string, numbers: string[], strays: ReadStray[], undo: boolean) {
  const refuse = (what: string) => new AppError('wrong_state', `${what} Nothing was changed.`);
  const taken = strays.find(({ order }) => order !== null);
  if (taken) throw refuse(`Number ${taken.number} belongs to order ${taken.order}.`);
  const listed = new Set(strays.filter(({ isListed }) => isListed).map(({ number }) => number));
  const missing = numbers.filter((number) => !listed.has(number));
  if (missing.length > 0) {
    const those = firstFew(missing);
    throw refuse(`The newest list of numbers that account "${account}" owns lacks ${those}.`);
  }
  const said = strays.filter((each) => each.isForeign !== undo).map(({ number }) => number);
  if (said.length === 0) return;
  const who = undo ? 'Nobody has' : 'Somebody has already';
  throw refuse(`${who} said that ${firstFew(said)} ${said.length === 1 ? 'is' : 'are'} foreign.`);
}

/** Objections, each a sentence. While the ledger is in doubt, that is the only one. */
async function foreignObjections(
  tx: Queries,
  accountId: number,
  strays: ReadStray[],
): Promise<string[]> {
  const numbers = strays.map(({ number }) => number);
  const [known] = await tx.query<{
    isVouchedFor: boolean;
    lostPlansSince: number | null;
    hasLostOrders: boolean;
  }>(
    `select ${IS_VOUCHED_FOR} as "isVouchedFor",
       ${lostSince('a.id')} as "lostPlansSince",
       exists (select from ledger.lost_successors l
         join ledger.orders root on root.id = l.root join ledger.plans p on p.id = root.plan_id
         where p.account_id = a.id and p.ended_at is null
           and ${isUnmade('l.order_id')}) as "hasLostOrders"
     from ledger.accounts a where a.id = $1`,
    [accountId],
  );
  if (!known?.isVouchedFor) return [COMPARE_FIRST];
  const { lostPlansSince: since, hasLostOrders } = known;
  const isOfPlans = since !== null && strays.some(({ listing }) => listing > since);
  return [
    ...(await told(tx, accountId, numbers)),
    ...(isOfPlans
      ? ['Plans that the ledger has lost may have bought some. Submit those plans again first.']
      : []),
    ...(hasLostOrders
      ? ['An order for what another one lacked was sent, is lost, and may have bought some.']
      : []),
  ];
}

/** What the vendor said: it named numbers for an order, or its list shows that one bought them. */
async function told(tx: Queries, accountId: number, numbers: string[]): Promise<string[]> {
  const named = await tx.query<{ order: number; numbers: string[] }>(
    `select o.id as "order", array_agg(found.number order by number) as numbers
     from (
       select order_id, number::text as number from ledger.disputes
       where number = any($2::bigint[])
       union all
       select o.id, n.number::text from ledger.orders o
         join ledger.attempts t on t.order_id = o.id and t.no = o.attempts,
         unnest(t.named) n(number)
       where o.state = 'unknown' and n.number = any($2::bigint[])) found
       join ledger.orders o on o.id = found.order_id join ledger.plans p on p.id = o.plan_id
     where p.account_id = $1
     group by o.id order by o.id`,
    [accountId, numbers],
  );
  return [
    ...named.map((each) => `The vendor named ${firstFew(each.numbers)} for order ${each.order}.`),
    ...(await boughtByVerdict(tx, accountId, numbers)).map(isOfOrder),
  ];
}
