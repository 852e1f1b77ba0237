import { expect, test } from 'vitest';
import { inTurn } from '../../src/web/submission.ts';
import { ask, ledgerOfFile, newCsv, openSite, send } from './site.ts';

const given = ledgerOfFile();

test('uploads are read one after the other, and too many at once are refused for now', async () => {
  const site = await openSite(given);
  const before = Promise.withResolvers<void>();
  let reading = 0;
  const others = Array.from({ length: 20 }, () =>
    inTurn(async () => {
      reading += 1;
      await before.promise;
    }),
  );
  const refused = await send(site, '/api/plans', newCsv('212,30'));
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '60' },
    json: { error: { code: 'busy', waiting: 20, retryAfterS: 60 } },
  });
  expect(refused.json.error.message).toContain('20 uploads are waiting');
  // Other requests are answered.
  expect(await ask(site, '/api/plans')).toMatchObject({ status: 200, json: { plans: [] } });
  expect(reading).toBe(1);
  before.resolve();
  await Promise.all(others);
  expect((await send(site, '/api/plans', newCsv('212,30'))).status).toBe(201);
});

test('an upload that fails keeps none from its turn', async () => {
  const failed = inTurn(() => Promise.reject(new Error('broken off')));
  const next = inTurn(async () => 'read');
  await expect(failed).rejects.toThrow('broken off');
  expect(await next).toBe('read');
});
