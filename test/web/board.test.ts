import { beforeAll, describe, expect, test } from 'vitest';
import { accountEvents, orderId, Watch } from '../../src/ledger/index.ts';
import { fillQueue, jobId, type OrderQueue, openQueue, workQueue } from '../../src/queue/index.ts';
import { atEnd } from '../support/clean-up.ts';
import { describeInModes, EVERY_MODE } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openShop, type Shop, startCsv } from '../support/workplace.ts';
import { as, HTML, siteWith } from './people.ts';
import { ask, ledgerOfFile, openSite } from './site.ts';

describeInModes(EVERY_MODE, 'Bull Board', ({ makeStorage }) => {
  let shop: Shop;
  let own: OrderQueue;
  let plan: number;
  let url: string;

  beforeAll(async () => {
    const storage = await makeStorage();
    const { redisUrl } = storage;
    shop = await openShop(storage, { url: '', rate: 1 });
    const { ledger, account } = shop;
    own = await openQueue(account.name, { ledger, redisUrl });
    atEnd(own.close);
    const web = await openSite({ ledger, account }, { queueOf: async () => own });
    url = `${web.url}/queues`;
    plan = await startCsv(shop, 'area_code,quantity\n212,25\n312555,3\n');
    await fillQueue(own, ledger, account.id);
  });

  const ask = async (path: string, method = 'GET', body?: object) => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body
        ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
        : {}),
    });
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      policy: response.headers.get('content-security-policy'),
      // biome-ignore lint/suspicious/noExplicitAny: a document of Bull Board's, or a page
      body: (type.includes('json') ? await response.json() : await response.text()) as any,
    };
  };

  test('shows each account’s queue, and its jobs by what they buy, with their plan', async () => {
    const { body } = await ask('/api/queues?activeQueue=orders-sandbox&status=prioritized');
    expect(body.queues).toMatchObject([
      { name: 'orders-sandbox', displayName: 'sandbox', counts: { prioritized: 2 } },
    ]);
    const jobs = body.queues[0].jobs.toSorted((a: { id: string }, b: { id: string }) =>
      a.id < b.id ? -1 : 1,
    );
    const externalUrl = { href: `/plans/${plan}`, displayText: `Plan ${plan}` };
    expect(jobs).toMatchObject([
      { name: '212 × 25', data: { order: orderId(plan, 1) }, externalUrl },
      { name: '312555 × 3', data: { order: orderId(plan, 2) }, externalUrl },
    ]);
    expect(Object.keys(jobs[0].data)).toEqual(['order']);
  });

  test('has a page of its own, which may load nothing from elsewhere', async () => {
    const { status, policy, body } = await ask('');
    expect(status).toBe(200);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    const [, script] = /src="(static\/js\/main[^"]+)"/.exec(body)!;
    expect(await ask(`/${script}`)).toMatchObject({ status: 200, policy });
    expect(body).not.toMatch(/https?:/);
  });

  test('knows the workers that the ledger has heard of', async () => {
    const hasWorkers = async () =>
      (await ask('/api/queues?activeQueue=orders-sandbox')).body.queues[0].hasWorkers;
    expect(await hasWorkers()).toBe(false);
    await new Watch(shop.ledger, { accountId: shop.account.id, name: 'worker-7' }).beat();
    expect(await hasWorkers()).toBe(true);
    const { body } = await ask('/api/queues/orders-sandbox/workers');
    expect(body.workers).toMatchObject([{ name: 'worker-7' }]);
  });

  test('does not say how often a job was taken up and put back', async () => {
    const again = { next: 'later', waitMs: 0 } as const;
    const worker = workQueue(own, async () => again, { concurrency: 1, onError: () => {} });
    const id = jobId(orderId(plan, 1));
    await until(async () => ((await own.queue.getJob(id))?.attemptsStarted ?? 0) > 1, {
      what: 'it was taken up more than once',
    });
    await worker.drain();
    const { job } = (await ask(`/api/queues/orders-sandbox/${id}`)).body;
    const { jobs } = (await ask('/api/queues?activeQueue=orders-sandbox')).body.queues[0];
    expect(jobs).toHaveLength(2);
    for (const each of [job, ...jobs]) expect(each).not.toHaveProperty('attemptsStarted');
  });

  test('cannot change what a job is, nor the pace', async () => {
    const job = `/api/queues/orders-sandbox/${jobId(orderId(plan, 1))}`;
    for (const [method, path, body] of [
      ['PUT', '/api/queues/orders-sandbox/rate-limit', { max: 1000, duration: 1 }],
      ['PUT', '/api/queues/orders-sandbox/rate-limit/release', undefined],
      ['PUT', '/api/queues/orders-sandbox/concurrency', { concurrency: 1 }],
      ['POST', '/api/queues/orders-sandbox/add', { name: 'x', data: { order: 1 }, options: {} }],
      ['PATCH', `${job}/update-data`, { jobData: { order: 7 } }],
    ] as const) {
      const refused = await ask(path, method, body);
      expect(refused, path).toMatchObject({ status: 403 });
      expect(refused.body.error.code, path).toBe('not_allowed');
      expect(refused.body.error.message).toContain('come from the ledger');
    }
    expect((await ask(job)).body.job.data).toEqual({ order: orderId(plan, 1) });
  });
});

const given = ledgerOfFile();

describe('the board', () => {
  test('is for admins, and only looked at unless it is configured otherwise', async () => {
    const { site } = await siteWith(given);
    const press = (headers = {}) =>
      ask(site, '/queues/api/queues/orders-sandbox/pause', { method: 'PUT', headers });
    for (const [headers, status, code] of [
      [{}, 401, 'not_signed_in'],
      [as('submit'), 403, 'not_allowed'],
    ] as const) {
      for (const path of ['/queues', '/queues/api/queues']) {
        const answer = await ask(site, path, { headers });
        expect(answer).toMatchObject({ status, json: { error: { code } } });
        expect(answer.json.error.message).toBe(answer.json.message);
      }
    }
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
