/** The request of an order without anything that keeps books, for the workers to compare with. */
import { lookup } from 'node:dns';
import { openPool } from '../src/vendor/wire/pool.ts';
import { areaOf } from './sandbox.ts';

/** As many bytes as an answer can have. */
const MOST_BYTES = 1024 * 1024;

/** Sends orders through the same kind of pool as the program's. Resolves to an answer's length. */
export function bareRequests(vendorUrl: string, numbers: string, connections: number) {
  const { origin, pathname } = new URL(vendorUrl);
  const pool = openPool({
    ...{ origin, connections, timeoutMs: 120_000, mostBytes: MOST_BYTES, lookup },
  });
  return async (nth: number): Promise<number> => {
    const query = new URLSearchParams({
      action: 'numbers.order',
      access_key: 'sandbox',
      secret_access_key: 'sandbox',
      type: 'local',
      search: areaOf(nth),
      quantity: numbers,
      fill_quantity: '0',
    });
    const { body } = await pool.request({
      method: 'GET',
      path: `${pathname}?${query}`,
      reset: true,
      idempotent: false,
      headers: { accept: 'text/xml', 'accept-encoding': 'identity' },
    });
    return (await body.text()).length;
  };
}
