import { z } from 'zod';
import { EVERYBODY, type Limit, PERIODS } from '../limits/index.ts';
import { faultOfName, personOf } from '../name-rule.ts';
import { NUMBER_TYPES } from '../number-type.ts';
import { ORDER_MAX } from '../order-size.ts';
import {
  AMOUNT,
  costOf,
  exceeds,
  firstMonthOf,
  moneyWords,
  type PriceList,
} from '../prices/index.ts';
import { unknownNames } from '../reading/index.ts';
import { whole } from './threshold.ts';

const MOST_NUMBERS = 100_000_000;
const EXAMPLE = '{"day": {"numbers": 100, "money": "250.00"}}';
const MONEY = 'must be a text such as "250.00"';

const Amounts = z
  .strictObject(
    {
      numbers: whole('a whole number', 1, MOST_NUMBERS).optional(),
      money: z.string({ error: MONEY }).regex(AMOUNT, MONEY).optional(),
    },
    { error: unknownNames('must be an object with numbers, money or both') },
  )
  .refine(({ numbers, money }) => numbers !== undefined || money !== undefined, {
    error: 'must have numbers, money or both',
  });

const periods = Object.fromEntries(PERIODS.map((period) => [period, Amounts.optional()]));
const OF_PERIODS = `must be an object of ${PERIODS.join(', ')}, such as ${EXAMPLE}`;
const Limits = z.strictObject(
  {
    ...periods,
    people: z
      .record(
        z.string(),
        z
          .strictObject(periods, { error: unknownNames(OF_PERIODS) })
          .refine((theirs) => Object.keys(theirs).length > 0, { error: OF_PERIODS }),
        { error: 'must be an object with limits by the names of people, or * for all others' },
      )
      .optional(),
  },
  { error: unknownNames(OF_PERIODS) },
);
type OfPeriods = { [period in Limit['period']]?: z.infer<typeof Amounts> };

/**
 * Limits as a file has them. Faults are the ends of sentences that begin with "limits". They have
 * a person's place and not the name: it may be a key. Without prices nothing limits money.
 */
export function readLimits(
  document: unknown,
  prices: PriceList | null,
): { limits: Limit[] } | { faults: string[] } {
  const read = Limits.safeParse(document);
  const names = Object.keys((document as { people?: object } | null)?.people ?? {});
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => {
      const where = path.map((part, at) =>
        at === 1 && path[0] === 'people' ? names.indexOf(String(part)) + 1 : String(part),
      );
      return [...where, message].join(' ');
    });
    return { faults };
  }
  const misnamed = faultsOfNames(names);
  if (misnamed.length > 0) return { faults: misnamed };
  const { people = {}, ...all } = read.data as OfPeriods & { people?: Record<string, OfPeriods> };
  const limits = [
    ...limitsOf(null, all),
    ...Object.entries(people).flatMap(([who, theirs]) => limitsOf(personOf(who), theirs)),
  ];
  const faults = limits.flatMap((limit) => faultsOf(limit, names.map(personOf), prices));
  return faults.length > 0 ? { faults } : { limits };
}

/** Tokens and users of the machine have a word before their names. */
const BEFORE = /^(system|token):/;

function faultsOfNames(names: string[]): string[] {
  return names.flatMap((name, at) => {
    const fault = name === EVERYBODY ? null : faultOfName(name.replace(BEFORE, ''));
    if (fault) return [`people ${at + 1} ${fault}`];
    const isTwice = names.slice(0, at).some((other) => personOf(other) === personOf(name));
    return isTwice ? [`people ${at + 1} is the same person as another name`] : [];
  });
}

const limitsOf = (person: string | null, of: OfPeriods): Limit[] =>
  PERIODS.flatMap((period) => {
    const amounts = of[period];
    if (!amounts) return [];
    return [{ person, period, numbers: amounts.numbers ?? null, money: amounts.money ?? null }];
  });

/** A limit that not even the cheapest order fits is a slip. Plans with dearer orders pause. */
function faultsOf(
  { person, period, numbers, money }: Limit,
  people: string[],
  prices: PriceList | null,
): string[] {
  const whose = person === null ? '' : `people ${people.indexOf(person) + 1} `;
  const where = `${whose}${period}`;
  const faults: string[] = [];
  if (period !== 'plan' && numbers !== null && numbers < ORDER_MAX) {
    faults.push(`${where} numbers must be ${ORDER_MAX} or more: an order may be that large`);
  }
  if (money === null) return faults;
  if (prices === null) {
    return [...faults, `${where} money needs prices: name them with pricesFile`];
  }
  const least = cheapestOrder(prices);
  if (period !== 'plan' && least !== null && exceeds(money, least)) {
    const price = moneyWords(least, prices.currency);
    faults.push(
      `${where} money must be ${price} or more: an order of ${ORDER_MAX} costs at least that`,
    );
  }
  return faults;
}

/** Null: no type has a price. */
function cheapestOrder(prices: PriceList): string | null {
  const none = Object.fromEntries(NUMBER_TYPES.map((type) => [type, 0]));
  const costs = NUMBER_TYPES.map((type) =>
    costOf(prices, { numbers: { ...none, [type]: ORDER_MAX } as never, slots: 0 }),
  );
  const sums = costs.map((cost) => firstMonthOf(prices.currency, cost));
  return sums.reduce((a, b) => (a === null || (b !== null && exceeds(b, a)) ? b : a));
}
