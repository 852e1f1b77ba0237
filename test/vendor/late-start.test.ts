import { Client, Dispatcher } from 'undici';
import { expect, test, vi } from 'vitest';
import { atEnd } from '../support/clean-up.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { rawServer, reply } from './raw-server.ts';

/** As no undici does today: it reports a failure, and sends the request all the same. */
class SendsAfterFailure extends Dispatcher {
  readonly client: Client;

  constructor(origin: string) {
    super();
    this.client = new Client(origin);
    atEnd(() => this.client.destroy());
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    handler.onResponseError?.({} as Dispatcher.DispatchController, new Error('no connection'));
    return this.client.dispatch(options, handler);
  }

  override async close(): Promise<void> {
    await this.client.close();
  }
}

vi.mock('../../src/vendor/pool.ts', () => ({
  openPool: ({ origin }: { origin: string }) => new SendsAfterFailure(origin),
}));

test('an order that was said not to be sent is not sent later, whatever the client does', async () => {
  await using server = await rawServer({ asked: reply('') });
  await using vendor = vendorAt(server.url);
  expect(await vendor.order(SEED_ORDER, freely)).toMatchObject({ outcome: 'not_sent' });
  await vendor.close();
  expect(server.bytes()).toBe(0);
});
