import { AppError } from '../../errors.ts';
import { type By, noteEvent } from '../events.ts';
import type { Ledger, Queries } from '../ledger.ts';
import { isForeign } from '../listings/listings.ts';
import { requirePhoneNumbers } from '../phone-numbers.ts';
import { foreignObjections, type LockedStray } from './foreign-objections.ts';
import { firstFew } from './objections.ts';
import { suspectOthers } from './suspect-others.ts';

/** What a person says of numbers: that they are foreign, or that this was a mistake. */
export type ForeignWish = { numbers: string[]; undo: boolean; againstEvidence: boolean };

/**
 * A named person says that numbers of the account were bought outside this program, or takes that
 * back. Nothing here has to explain a foreign number: verdicts do not count it, and no order is
 * suspected of having bought it. So an order that did buy it may be settled as nothing, and be sent
 * again. What was judged before stays, and is judged anew by the next list.
 *
 * Objections prevent it. `againstEvidence` overrides them, and the event keeps them. What is taken
 * back puts orders in doubt again, but none that was sent again since.
 *
 * Returns the numbers. Throws AppError `wrong_state` when the account's newest list lacks a number,
 * an order has it, or nobody said what is to be taken back; `against_evidence`, with all
 * `objections`; `invalid_usage` when something named is no phone number.
 */
export async function sayForeign(
  ledger: Ledger,
  account: { id: number; name: string },
  { numbers: named, undo, againstEvidence }: ForeignWish,
  by: By & { why: string },
): Promise<string[]> {
  const numbers = requirePhoneNumbers(named).toSorted();
  return ledger.transaction(async (tx) => {
    await lockNumbers(tx, account.id, numbers);
    const strays = await findStrays(tx, account.id, numbers);
    requireStrays(account.name, numbers, strays, undo);
    const objections = undo ? [] : await foreignObjections(tx, account.id, strays);
    if (objections.length > 0 && !againstEvidence) throw refusal(objections);
    await tx.query(
      'foreign_say',
      `update ledger.owned w set foreign_listing = case when not $3 then a.listing_id end
       from ledger.accounts a
       where a.id = $1 and w.account_id = a.id and w.number = any($2::bigint[])`,
      [account.id, numbers, undo],
    );
    if (undo) await doubtAgain(tx, account.id);
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

/**
 * The numbers first, as who keeps a list does. Then the account, before any verdict, as who records
 * a late answer does.
 */
async function lockNumbers(tx: Queries, accountId: number, numbers: string[]): Promise<void> {
  await tx.query(
    'foreign_lock',
    `select from ledger.owned where account_id = $1 and number = any($2::bigint[])
     order by number for update`,
    [accountId, numbers],
  );
  await tx.query(
    'foreign_account',
    'update ledger.accounts set foreign_listing = listing_id where id = $1',
    [accountId],
  );
}

type FoundStray = LockedStray & {
  isListed: boolean;
  isForeign: boolean;
  /** The order that has it; null: none. */
  order: number | null;
};

/** A statement of its own: it sees what those have written who held the locks. */
function findStrays(tx: Queries, accountId: number, numbers: string[]): Promise<FoundStray[]> {
  return tx.query<FoundStray>(
    'foreign_find',
    `select w.number::text as number, greatest(w.listing_id, w.back_listing) as listing,
       w.back_listing is not null as "isBack", w.gone_listing is null as "isListed",
       ${isForeign('w')} as "isForeign",
       (select n.order_id from ledger.numbers n where n.number = w.number) as "order"
     from ledger.owned w where w.account_id = $1 and w.number = any($2::bigint[])
     order by w.number`,
    [accountId, numbers],
  );
}

function requireStrays(account: string, numbers: string[], strays: FoundStray[], undo: boolean) {
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

const TAKEN_BACK =
  'The ledger has gone back, and the account owns numbers that it does not know. Somebody took ' +
  'back that they are foreign, so this order may have bought them';

/** A verdict of nothing may rest on what was said, and so may that no order is in doubt. */
async function doubtAgain(tx: Queries, accountId: number): Promise<void> {
  await tx.query(
    'foreign_verdicts',
    `update ledger.verdicts v set finding = 'later', is_clear = false, numbers = '{}',
       why = 'What a person said of numbers was taken back. A later list can show it.'
     from ledger.orders o join ledger.plans p on p.id = o.plan_id
     where v.order_id = o.id and p.account_id = $1 and v.finding = 'nothing'`,
    [accountId],
  );
  await suspectOthers(tx, accountId, { which: 'all', what: TAKEN_BACK });
}
