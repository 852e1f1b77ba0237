/**
 * What stands before the vendor adds a Content-Encoding header to answers that have one. Each order
 * was sold, and no answer can be read.
 */
import { expect, test } from 'vitest';
import { findAccount, findPlan, sendingOrders } from '../../src/ledger/index.ts';
import { describeInModes, EMBEDDED } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, startCsv, workerOf } from '../support/workplace.ts';
import { rawServer, reply, write } from '../vendor/raw-server.ts';
import { numbersFrom, sale } from '../vendor/seed-answer.ts';

const namedTwice = (body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n` +
  `content-encoding: identity\r\ncontent-encoding: identity\r\n\r\n${body}`;

describeInModes([EMBEDDED], 'answers that cannot be read', ({ makeStorage }) => {
  test('are recorded, and pause the account', async () => {
    const sold: string[] = [];
    await using vendor = await rawServer({
      asked(socket, head) {
        if (head.includes('routing.numbers')) return reply('<data></data>')(socket);
        const numbers = numbersFrom(2125550100 + sold.length, 2);
        sold.push(...numbers);
        write(namedTwice(sale(numbers)), 'fin')(socket);
      },
    });
    const shop = await openShop(await makeStorage(), { url: vendor.url });
    const worker = await workerOf(shop, { requestTimeoutMs: 4_000, concurrency: 2 });
    worker.start();
    const id = await startCsv(shop, `area_code,quantity\n${'212,2\n'.repeat(60)}`);
    const paused = async () => (await findAccount(shop.ledger, shop.account.name)).pausedReason;
    const allRecorded = async () =>
      (await paused()) !== null && (await sendingOrders(shop.ledger, id)) === 0;
    await until(allRecorded, { what: 'the account is paused, and no order is under way' });
    expect((await findPlan(shop.ledger, id)).unknown).toBe(sold.length);
    // Five, and those in flight: docs/settling.md, The breaker.
    expect(sold.length / 2).toBeLessThanOrEqual(5 + 2);
  });
});
