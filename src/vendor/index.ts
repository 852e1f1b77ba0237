export type { Answer, Outcome } from './answer.ts';
export { openVendor, type Vendor, type VendorOptions } from './client.ts';
export type { OwnedNumber } from './owned-numbers.ts';
export { readRefusalRules } from './refusal-file.ts';
export type { RefusalRule } from './refusals.ts';
export type { OrderRequest } from './request.ts';
