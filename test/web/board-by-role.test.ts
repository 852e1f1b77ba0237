import { describe, expect, test } from 'vitest';
import { accountEvents } from '../../src/ledger/index.ts';
import { as, HTML, siteWith } from './people.ts';
import { ask, ledgerOfFile } from './site.ts';

const given = ledgerOfFile();

describe('the board', () => {
  test('is for admins, and only looked at unless it is configured otherwise', async () => {
    const { site } = await siteWith(given);
    const press = (headers = {}) =>
      ask(site, '/queues/api/queues/orders-sandbox/pause', { method: 'PUT', headers });
    expect((await ask(site, '/queues/api/queues', { headers: as('submit') })).status).toBe(403);
    const page = await ask(site, '/queues', { headers: { ...as('submit'), ...HTML } });
    expect(page).toMatchObject({
      status: 403,
      headers: { 'content-type': expect.stringContaining('text/html') },
    });
    expect(page.text).toContain('This needs the role admin');
    const { json } = await ask(site, '/queues/api/queues', { headers: as('admin') });
    expect(json.queues[0]).toMatchObject({ name: 'orders-sandbox', readOnlyMode: true });
    expect((await press(as('submit'))).status).toBe(403);
    const refused = await press(as('admin'));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('BOARD_CONTROLS=true');
  });

  test.each([
    '/queues/api/queues/orders-sandbox',
    // All queues, and the ways to write a path.
    '/queues/api/queues',
    '/%71ueues/api/queues/orders-sandbox',
  ])('keeps who pressed a button of %s, and when', async (queue) => {
    const { site } = await siteWith(given, { boardControls: true });
    for (const button of ['pause', 'resume']) {
      const path = `${queue}/${button}`;
      expect((await ask(site, path, { method: 'PUT', headers: as('admin') })).status).toBe(200);
    }
    const newest = await accountEvents(given.ledger, given.account.id, 2);
    expect(newest).toMatchObject([
      { kind: 'queue_resumed', who: 'admin-person' },
      { kind: 'queue_paused', who: 'admin-person' },
    ]);
  });
});
