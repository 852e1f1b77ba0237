import { judge } from '../../src/vendor/answer/answer.ts';
import { type RefusalRule, readMeanings } from '../../src/vendor/answer/refusals.ts';
import type { OrderRequest } from '../../src/vendor/index.ts';
import { SEED_ORDER } from './order.ts';

export type Beside = {
  headers?: Record<string, string>;
  head?: string;
  rules?: RefusalRule[];
  /** How the order differs from the vendor's example. */
  order?: Partial<OrderRequest>;
};

/** What an answer means for the vendor's example order. */
export function judged(status: number, body: string | Buffer, beside: Beside = {}) {
  const { headers = {}, head = '', rules, order } = beside;
  const heard = { head: Buffer.from(head), beyond: Buffer.alloc(0), wasCut: false };
  const received = { status, headers, body: Buffer.from(body as string), ...heard };
  const by = { meaningOf: readMeanings(rules), scrub: (text: string) => text };
  return judge({ bytes: 'complete', ...received }, { ...SEED_ORDER, ...order }, by);
}
