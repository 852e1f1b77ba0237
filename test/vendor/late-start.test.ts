import { lookup } from 'node:dns';
import { Client, Dispatcher } from 'undici';
import { expect, test } from 'vitest';
import { openWire } from '../../src/vendor/wire/wire.ts';
import { atEnd } from '../support/clean-up.ts';
import { rawServer, reply } from './raw-server.ts';

/** No undici does this today: it reports a failure, and then sends the request. */
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

test('a request that was not sent is not sent later, whatever the client does', async () => {
  await using server = await rawServer({ asked: reply('') });
  const { origin } = new URL(server.url);
  const options = { origin, timeoutMs: 20_000, connections: 1, mostBytes: 1_000, lookup };
  const wire = openWire(options, new SendsAfterFailure(origin));
  expect(await wire.send('/', { mayStart: () => true })).toMatchObject({ bytes: 'none' });
  await wire.close();
  expect(server.bytes()).toBe(0);
});
