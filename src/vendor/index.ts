export type { Answer, Outcome } from './answer.ts';
export { openVendor, type Vendor, type VendorOptions } from './client.ts';
export { namedNumbers } from './named-numbers.ts';
export { readRefusalRules } from './refusal-file.ts';
export type { OrderRequest } from './request.ts';
