/** What an answer may hide a sale in: test/vendor. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { step } from '../support/ladder-plan.ts';
import { line, newPlan } from '../support/plans.ts';
import { describeInModes, EMBEDDED } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, startCsv, untilEnded, workerOf } from '../support/workplace.ts';
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

describeInModes([EMBEDDED], 'a sale of fewer that was told to another order', ({ makeStorage }) => {
  test('keeps what that one seems to lack from being bought elsewhere', async () => {
    const sold = new Map<string, number>();
    let first: Socket | undefined;
    await using vendor = await rawServer({
      asked(socket, head) {
        const asked = new URL(head.split(' ')[1]!, 'http://vendor').searchParams;
        const code = asked.get('search');
        if (code === null) return reply('<data></data>')(socket);
        const count = Number(asked.get('quantity'));
        sold.set(code, (sold.get(code) ?? 0) + count);
        if (code === '212') first = socket;
        if (code === '646') reply(sale(numbersFrom(6465550100, count)))(socket);
        if (code !== '312') return;
        // A proxy mixes the two up: the first gets this one's answer, and the other one is lost.
        reply(sale(numbersFrom(3125550100, count)))(first!);
        socket.destroy();
      },
    });
    const shop = await openShop(await makeStorage(), { url: vendor.url, rate: 4 });
    const worker = await workerOf(shop);
    worker.start();
    const { id } = await newPlan(shop.ledger, {
      account: shop.account,
      lines: [
        line({ line: 2, areaCode: '212', quantity: 25, fallback: 'overlay' }),
        line({ line: 3, areaCode: '312', quantity: 10 }),
      ],
      ladders: [{ type: 'local', areaCode: '212', fallback: 'overlay', steps: [step(1, '646')] }],
    });
    await untilEnded(shop.ledger, id);
    expect(await findPlan(shop.ledger, id)).toMatchObject({ unknown: 35 });
    expect([...sold]).toEqual([
      ['212', 25],
      ['312', 10],
    ]);
  });
});
