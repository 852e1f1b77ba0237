/** What an answer may hide a sale in: test/vendor. */
import { expect, test } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { describeInModes, EMBEDDED } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, startCsv, workerOf } from '../support/workplace.ts';
import { rawServer, reply } from '../vendor/raw-server.ts';
import { numbersFrom, sale } from '../vendor/seed-answer.ts';

describeInModes([EMBEDDED], 'a sale told after a call for a pause', ({ makeStorage }) => {
  test('keeps its order from being sent again', async () => {
    const sold: string[] = [];
    await using vendor = await rawServer({
      asked(socket, head) {
        if (head.includes('routing.numbers')) {
          const records = sold.map((n) => `<record><phone_number>${n}</phone_number></record>`);
          return reply(`<data>${records.join('')}</data>`)(socket);
        }
        if (sold.length === 0)
          socket.write('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n');
        const numbers = numbersFrom(2125550100 + sold.length, 10);
        sold.push(...numbers);
        reply(sale(numbers))(socket);
      },
    });
    const shop = await openShop(await makeStorage(), { url: vendor.url });
    const worker = await workerOf(shop, { requestTimeoutMs: 2_000 });
    worker.start();
    const id = await startCsv(shop, 'area_code,quantity\n212,10\n');
    await until(async () => (await findPlan(shop.ledger, id)).pending === 0, { what: 'answered' });
    expect(sold).toHaveLength(10);
    expect(await findPlan(shop.ledger, id)).toMatchObject({ unknown: 10 });
  });
});
