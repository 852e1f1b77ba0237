import type { OrderRequest } from '../../src/vendor/index.ts';
import { openVendor, type VendorOptions } from '../../src/vendor/index.ts';

/** The order of the vendor's own example: 3 local numbers in 555, all or nothing. */
export const SEED_ORDER: OrderRequest = {
  type: 'local',
  search: '555',
  quantity: 3,
  fillQuantity: true,
  cleansedOnly: null,
  distance: null,
  smsSupported: null,
  orderSlot: null,
  allowOverlay: null,
};

export const freely = { mayStart: () => true };

/** A vendor for `await using`, with the keys of the vendor's example. */
export function vendorAt(url: string, options: Partial<VendorOptions> = {}) {
  const vendor = openVendor({
    url,
    accessKey: 'foo',
    secretAccessKey: 'bar',
    timeoutMs: 20_000,
    connections: 4,
    ...options,
  });
  return Object.assign(vendor, { [Symbol.asyncDispose]: () => vendor.close() });
}
