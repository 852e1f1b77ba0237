/**
 * The first order is sold, and its answer asks for a pause; somewhere beside that it says what was
 * sold. The order must not be sent again.
 */
import type { Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { describeInModes, EMBEDDED } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, startCsv, workerOf } from '../support/workplace.ts';
import { rawServer, reply } from '../vendor/raw-server.ts';
import { failure, numbersFrom, sale } from '../vendor/seed-answer.ts';

const busy = failure('Too many requests');

const ANSWERS: [where: string, answer: (numbers: string[]) => (socket: Socket) => void][] = [
  [
    'in a second answer',
    (numbers) => (socket) => {
      socket.write('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n');
      reply(sale(numbers))(socket);
    },
  ],
  [
    'in the status line',
    (numbers) => (socket) => {
      const words = `Order placed: ${numbers.join(', ')}`;
      socket.end(`HTTP/1.1 429 ${words}\r\ncontent-length: 0\r\n\r\n`);
    },
  ],
  ['after its end', (numbers) => reply(`${busy}<!-- order placed: ${numbers.join(', ')} -->`)],
  [
    'after its compressed part',
    (numbers) =>
      reply(Buffer.concat([deflateSync(busy), Buffer.from(sale(numbers))]), 200, {
        'content-encoding': 'deflate',
      }),
  ],
  ['in other words', () => reply(busy.replace('</resp', '<!-- 10 numbers were claimed --></resp'))],
];

describeInModes([EMBEDDED], 'a sale that an answer hides', ({ makeStorage }) => {
  test.each(ANSWERS)('%s keeps its order from being sent again', async (_where, answer) => {
    const sold: string[] = [];
    await using vendor = await rawServer({
      asked(socket, head) {
        if (head.includes('routing.numbers')) {
          const records = sold.map((n) => `<record><phone_number>${n}</phone_number></record>`);
          return reply(`<data>${records.join('')}</data>`)(socket);
        }
        const isFirst = sold.length === 0;
        const numbers = numbersFrom(2125550100 + sold.length, 10);
        sold.push(...numbers);
        (isFirst ? answer(numbers) : reply(sale(numbers)))(socket);
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
