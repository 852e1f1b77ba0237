import { expect, test } from 'vitest';
import { openPostgres } from '../../src/ledger/index.ts';
import { openQueue, workQueue } from '../../src/queue/index.ts';
import { describeWithPostgres, freshDatabase } from '../support/servers.ts';

describeWithPostgres('a worker that is told to stop before it has opened its connections', () => {
  test('leaves none of them open, so that the ledger can be closed', async () => {
    const { url } = await freshDatabase();
    const ledger = openPostgres(url);
    const queue = await openQueue('early', { ledger, redisUrl: null });
    const worker = workQueue(queue, async () => ({ next: 'done', words: '' }), {
      concurrency: 1,
      onError: () => {},
    });
    await worker.drain();
    // What it had begun to open would be there by now.
    await ledger.queuePool().query('select pg_sleep(0.1)');
    await queue.close();
    await expect(ledger.close()).resolves.toBeUndefined();
  }, 10_000);
});
