export { type Answer, notSent, type Outcome } from './answer/answer.ts';
export { namedNumbers } from './answer/phone-numbers.ts';
export { readRefusalRules } from './answer/refusal-file.ts';
export { openVendor, type Vendor, type VendorOptions } from './client.ts';
export type { OrderRequest } from './request.ts';
