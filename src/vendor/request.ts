import { ORDER_MAX } from '../order-size.ts';

/**
 * One call of numbers.order. A parameter that is null is not sent. `quantity` is always sent: the
 * vendor's default is 10.
 */
export type OrderRequest = {
  type: 'local' | 'tollfree' | 'true800' | 'canadian_local';
  /** 3 or 6 digits for `local` and `canadian_local`; null for the toll-free types. */
  search: string | null;
  /** 1 to 25. */
  quantity: number;
  fillQuantity: boolean;
  cleansedOnly: boolean | null;
  /** Miles. */
  distance: number | null;
  smsSupported: boolean | null;
  orderSlot: boolean | null;
  allowOverlay: boolean | null;
};

export type Keys = { accessKey: string; secretAccessKey: string };

/** Why a request must not be sent, or null. The vendor might read `quantity=NaN` as its default. */
export function faultOf(request: OrderRequest): string | null {
  const { type, search, quantity } = request;
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > ORDER_MAX) {
    return `an order is for 1 to ${ORDER_MAX} numbers, not for ${quantity}`;
  }
  const local = type === 'local' || type === 'canadian_local';
  if (local && !/^\d{3}(\d{3})?$/.test(search ?? '')) return `a ${type} order needs 3 or 6 digits`;
  if (!local && search !== null) return `a ${type} order has no digits to search for`;
  return null;
}

/**
 * The query of one order, as in the vendor's example: https://secure.dialogtech.com/ibp_api.php,
 * "Number Order". It has both keys, so it goes to the socket and nowhere else.
 */
export function orderQuery(keys: Keys, request: OrderRequest): string {
  return query(keys, 'numbers.order', [
    ['type', request.type],
    ['search', request.search],
    ['quantity', request.quantity],
    ['fill_quantity', request.fillQuantity],
    ['cleansed_only', request.cleansedOnly],
    ['distance', request.distance],
    ['sms_supported', request.smsSupported],
    ['order_slot', request.orderSlot],
    ['allow_overlay', request.allowOverlay],
  ]);
}

/** The query for the list of owned numbers. It has both keys. */
export function ownedNumbersQuery(keys: Keys): string {
  return query(keys, 'routing.numbers', [['format', 'xml']]);
}

function query(
  keys: Keys,
  action: string,
  parameters: [name: string, value: string | number | boolean | null][],
): string {
  const search = new URLSearchParams({
    action,
    access_key: keys.accessKey,
    secret_access_key: keys.secretAccessKey,
  });
  for (const [name, value] of parameters) {
    if (value === null) continue;
    search.append(name, typeof value === 'boolean' ? (value ? '1' : '0') : `${value}`);
  }
  return search.toString();
}
