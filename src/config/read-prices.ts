import { createHash } from 'node:crypto';
import { z } from 'zod';
import { NUMBER_TYPES } from '../number-type.ts';
import { decimal, isCurrency, millionthsOf, PRICE_MAX, type PriceList } from '../prices/index.ts';
import { unknownNames } from '../reading/index.ts';
import { documentIn } from './json.ts';

const EXAMPLE = '{"currency": "USD", "types": {"local": {"once": "1.00", "monthly": "0.50"}}}';

const A_PRICE = 'must be an object with once and monthly, such as {"once": "1", "monthly": "0.50"}';

/** A decimal text -> the same with the digits of the currency at least, and no zeros after them. */
const amountIn = (currency: string) => {
  const error =
    `must be a text from "0" to "${decimal(PRICE_MAX, currency)}", such as "0.50", ` +
    'with at most 6 digits after the point';
  return z.string({ error }).transform((text, context) => {
    const amount = millionthsOf(text.trim());
    if (amount !== null && amount <= PRICE_MAX) return decimal(amount, currency);
    context.addIssue(`is "${text.slice(0, 40)}", and ${error}`);
    return z.NEVER;
  });
};

function schemaOf(currency: string) {
  const amount = amountIn(currency);
  const price = z.strictObject({ once: amount, monthly: amount }, { error: unknownNames(A_PRICE) });
  const types = Object.fromEntries(NUMBER_TYPES.map((type) => [type, price.optional()]));
  return z.strictObject(
    {
      currency: z.literal(currency),
      types: z.strictObject(types, {
        error: unknownNames(
          `must be an object of types, each of ${NUMBER_TYPES.join(', ')} or none`,
        ),
      }),
      slot: price.nullish(),
    },
    { error: unknownNames('must be an object') },
  );
}

/** A file of prices; null with faults. `who` names the setting that names it. */
export function readPricesFile(who: string, path: string, faults: string[]): PriceList | null {
  const document = documentIn(who, path, faults);
  if (document === undefined) return null;
  const prices = readPrices(document);
  if (!('faults' in prices)) return prices;
  faults.push(...prices.faults.map((fault) => `${who} names ${path}, which ${fault}.`));
  return null;
}

/**
 * A price list as a file has it. Faults are the ends of sentences that begin with the file's name.
 */
export function readPrices(document: unknown): PriceList | { faults: string[] } {
  const currency = (document as { currency?: unknown } | null)?.currency;
  if (typeof currency !== 'string' || !isCurrency(currency)) {
    return { faults: [`must name its currency by a code of ISO 4217, such as ${EXAMPLE}`] };
  }
  const read = schemaOf(currency).safeParse(document);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) =>
      path.length > 0 ? `has a fault: ${path.join('.')} ${message}` : message,
    );
    return { faults };
  }
  const types = read.data.types as PriceList['types'];
  return withHash({ currency, types, slot: read.data.slot ?? null });
}

/** The schema has put the types into its own order, so the file's order does not count. */
function withHash({ currency, types, slot }: Omit<PriceList, 'hash'>): PriceList {
  const facts = [...Object.entries(types), ['slot', slot] as const].map(([what, price]) => [
    what,
    price && [price.once, price.monthly],
  ]);
  const hash = createHash('sha256')
    .update(JSON.stringify([currency, facts]))
    .digest('hex');
  return { hash: hash.slice(0, 12), currency, types, slot };
}
