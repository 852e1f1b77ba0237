/** The numbers that a person, or the vendor's list, says an order has bought. */
import { AppError } from '../../errors.ts';
import type { Queries } from '../ledger.ts';

/** Throws AppError `wrong_state` when more numbers are named than the order lacks. */
export function requireRoom(
  id: number,
  { quantity, bought }: { quantity: number; bought: number },
  numbers: string[],
): void {
  const lacking = quantity - bought;
  if (numbers.length <= lacking) return;
  throw new AppError(
    'wrong_state',
    `Order ${id} lacks ${lacking} of ${quantity} numbers, and ${numbers.length} were named. ` +
      'Nothing was changed.',
    { order: id, lacking },
  );
}

/** A number, and the order that has it. */
export type Taken = { number: string; order: number };

export async function takenOf(tx: Queries, numbers: string[]): Promise<Taken[]> {
  if (numbers.length === 0) return [];
  return tx.query<Taken>(
    `select number::text as number, order_id as "order" from ledger.numbers
     where number = any($1::bigint[]) order by number`,
    [numbers],
  );
}

export const belongs = ({ number, order }: Taken): string =>
  `Number ${number} belongs to order ${order} already.`;

/** Throws AppError `wrong_state` when the order has one of the numbers already. */
export function refuseOwn(id: number, taken: Taken[]): void {
  const own = taken.find(({ order }) => order === id);
  if (!own) return;
  throw new AppError(
    'wrong_state',
    `Order ${id} has number ${own.number} already: name only what it lacks. Nothing was changed.`,
    { order: id },
  );
}

/** Throws AppError `wrong_state` when another order has one of the numbers. */
export async function refuseTaken(tx: Queries, numbers: string[]): Promise<void> {
  const taken = await takenOf(tx, numbers);
  if (!taken[0]) return;
  throw new AppError('wrong_state', `${belongs(taken[0])} Nothing was changed.`, { taken });
}

/** Gives the order these numbers. Disputed ones are kept, and returned where they are new. */
export async function giveNumbers(
  tx: Queries,
  { id, accountId }: { id: number; accountId: number },
  numbers: string[],
  disputed: string[],
): Promise<string[]> {
  if (numbers.length + disputed.length === 0) return [];
  const added = await tx.query<{ number: string }>(
    `insert into ledger.disputes (order_id, number)
     select $1, number from unnest($2::bigint[]) n(number)
     on conflict on constraint disputes_pkey do nothing
     returning number::text as number`,
    [id, disputed],
  );
  await tx.query(
    `with not_foreign as (update ledger.owned set foreign_listing = null
       where account_id = $3 and number = any($1::bigint[]))
     insert into ledger.numbers (number, order_id)
     select number, $2 from unnest($1::bigint[]) n(number)`,
    [numbers, id, accountId],
  );
  return added.map(({ number }) => number);
}
