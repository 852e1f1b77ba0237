/**
 * What a request to numbers.order may hold, as strictly as the vendor's page. A blank value counts
 * as absent; of a parameter given twice the last value counts; unknown parameters are ignored.
 */
import { isTollFree } from './area-codes.ts';

/** `search` is 3 or 6 digits, or the type when no search is given. */
export type Order = {
  type: OrderType;
  search: string;
  quantity: number;
  /** All or nothing. */
  fillQuantity: boolean;
  cleansedOnly: boolean;
  smsSupported: boolean;
  /** Miles; 0 when none is asked for. */
  distance: number;
  allowOverlay: boolean;
};

const ORDER_TYPES = ['local', 'tollfree', 'true800', 'canadian_local'] as const;
type OrderType = (typeof ORDER_TYPES)[number];

const QUANTITY_LIMIT = 25;
/** What the vendor's page promises when the quantity is absent. */
const QUANTITY_WHEN_ABSENT = 10;

/** The order, or the sentence that refuses it. No sentence repeats a value: it may be a key. */
export function readOrder(query: URLSearchParams): Order | string {
  const given = readGiven(query);
  const type = readType(given);
  if (!type) return `type must be one of ${ORDER_TYPES.join(', ')}`;
  const refusal = refuseSearch(type, given.search) ?? refuseQuantity(given.quantity);
  if (refusal) return refusal;
  if (!given.fill_quantity) return 'fill_quantity is required: 0 or 1';
  for (const name of FLAGS) {
    if (!/^[01]?$/.test(given[name] ?? '')) return `${name} must be 0 or 1`;
  }
  if (!/^(\d{1,9}(\.\d{1,9})?)?$/.test(given.distance ?? '')) {
    return 'distance must be a number of miles';
  }
  if (given.allow_overlay === '1') {
    if (given.search?.length !== 6) return 'allow_overlay is only supported for NPA-NXX searches';
    if (given.cleansed_only === '1') {
      return 'allow_overlay is not supported for cleansed_only requests';
    }
  }
  return {
    type,
    search: given.search || type,
    quantity: readQuantity(given),
    fillQuantity: given.fill_quantity === '1',
    cleansedOnly: given.cleansed_only === '1',
    smsSupported: given.sms_supported === '1',
    distance: Number(given.distance || 0),
    allowOverlay: given.allow_overlay === '1',
  };
}

/** What the books keep of any request, understood or not: only values of the expected shape. */
export function readOutline(query: URLSearchParams) {
  const given = readGiven(query);
  const type = readType(given) ?? '';
  const search = /^(\d{3}|\d{6})$/.test(given.search ?? '') ? given.search! : '';
  const bySearch = type === '' || type === 'local' || type === 'canadian_local';
  return {
    type,
    search: search || (bySearch ? '' : type),
    quantity: refuseQuantity(given.quantity) ? null : readQuantity(given),
  };
}

const FLAGS = ['fill_quantity', 'cleansed_only', 'sms_supported', 'order_slot', 'allow_overlay'];

type Given = Partial<Record<string, string>>;

function readGiven(query: URLSearchParams): Given {
  return Object.fromEntries(query);
}

function readType(given: Given): OrderType | undefined {
  return ORDER_TYPES.find((type) => type === given.type);
}

function readQuantity(given: Given): number {
  return given.quantity ? Number(given.quantity) : QUANTITY_WHEN_ABSENT;
}

function refuseSearch(type: OrderType, search = ''): string | undefined {
  if (type === 'tollfree' || type === 'true800') {
    return search ? `search is not supported for type ${type}` : undefined;
  }
  if (!/^(\d{3}|\d{6})$/.test(search)) {
    return 'search must be an area code of 3 digits or an NPA-NXX of 6 digits';
  }
  return isTollFree(Number(search.slice(0, 3)))
    ? 'search does not support toll free numbers'
    : undefined;
}

function refuseQuantity(quantity = ''): string | undefined {
  const fits = /^\d{0,2}$/.test(quantity) && Number(quantity) <= QUANTITY_LIMIT;
  return fits ? undefined : `quantity must be a whole number from 0 to ${QUANTITY_LIMIT}`;
}
