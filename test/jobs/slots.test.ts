import { expect, test } from 'vitest';
import { placeOrder } from '../../jobs/place-order.ts';
import { openSlots, type Vendor } from '../../src/vendor/index.ts';
import { linesOf, newPlan, orderRow } from '../support/ledger.ts';
import { until } from '../support/until.ts';
import { openDesk, placingFor } from './desk.ts';

const desk = openDesk();

test('an order whose answer is being recorded makes room for the next, one under way does not', async () => {
  const plan = await newPlan(desk.ledger, { lines: linesOf(1, 1) });
  const [first, second] = plan.orders as [number, number];
  let letGo = () => {};
  const gate = new Promise<void>((open) => {
    letGo = open;
  });
  const asked: number[] = [];
  const vendor: Pick<Vendor, 'order'> = {
    async order(request, gates) {
      asked.push(request.quantity);
      if (asked.length === 1) await gate;
      return desk.vendor.order(request, gates);
    },
  };
  const placing = placingFor({ ...desk, account: plan.account, vendor: desk.vendor }, { vendor });
  let isRecording = false;
  let record = () => {};
  const recorded = new Promise<void>((go) => {
    record = go;
  });
  const batches = {
    ...placing.batches,
    async record(answer: Parameters<typeof placing.batches.record>[0]) {
      if (answer.orderId === first) {
        isRecording = true;
        await recorded;
      }
      return placing.batches.record(answer);
    },
  };
  const slots = openSlots(1);
  const places = [first, second].map((id) => placeOrder(id, { ...placing, batches, slots }));
  await until(() => asked.length === 1, { what: 'the first is under way' });
  expect(await orderRow(desk.ledger, second)).toMatchObject({ state: 'waiting' });
  letGo();
  await until(() => isRecording, { what: 'the first is being recorded' });
  await places[1];
  expect(await orderRow(desk.ledger, second)).toMatchObject({ state: 'filled' });
  record();
  await places[0];
  expect(await orderRow(desk.ledger, first)).toMatchObject({ state: 'filled' });
});
