import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { ensureAccount } from '../../src/ledger/index.ts';
import { decide, refused } from '../report/reported-plan.ts';
import { passTime } from '../support/ledger.ts';
import { newPlan } from '../support/plans.ts';
import { newNumbers, sendOne } from '../support/sending.ts';
import { ANYHOW } from '../support/settling.ts';
import { documentedSite, schemaOf } from './documented.ts';
import { ask, codeOf, openSite, post, problemIn, replaceQuery, send, submitted } from './site.ts';

const { given, site, document } = documentedSite();

/** The remainder of a plan that was tried again since. */
async function staleRemainder(): Promise<{ id: number; csv: string }> {
  const id = await submitted(site);
  await ask(site, `/api/plans/${id}/start`, { method: 'POST' });
  const plan = { id, account: given.account, orders: [id * 10_000_000 + 1] };
  await decide(given.ledger, plan, [refused]);
  const csv = (await ask(site, `/api/plans/${id}/remainder.csv`)).text;
  await ask(site, `/api/plans/${id}/retry`, { method: 'POST' });
  return { id, csv };
}

const sentenceOf = (id: number) =>
  new RegExp(`^This file has the lines of a remainder of plan ${id} \\(.*Nothing was stored\\.`);

test('a stale remainder is refused as the ledger says', async () => {
  const { id, csv } = await staleRemainder();
  const answer = await send(site, '/api/plans', csv);
  expect(problemIn(answer)).toEqual([
    409,
    { code: 'wrong_state', message: expect.stringMatching(sentenceOf(id)), id },
  ]);
});

test('every route may answer every error', () => {
  const errors = Object.keys(ERROR_CODES).map((code) => ({ error: { code, message: 'No.' } }));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    // biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document
    Object.entries(methods as any).map(([method, of]: any) => [`${method} ${path}`, of.responses]),
  );
  const lacking = operations.flatMap(([name, responses]) => {
    expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['4XX', '5XX']));
    return Object.keys(responses)
      .filter((status) => /^[45]/.test(status))
      .flatMap((status) => {
        const schema = schemaOf(document, responses[status].content['application/json'].schema);
        return errors
          .filter((error) => !schema.safeParse(error).success)
          .map(({ error }) => `${name} ${status} ${error.code}`);
      });
  });
  expect(lacking).toEqual([]);
});

/** An unknown order of ten, on an account of its own. */
async function unknownOrder() {
  const plan = await newPlan(given.ledger);
  const { order } = await sendOne(given.ledger, plan, 'unknown', {
    what: 'no answer within 120 s',
    status: null,
  });
  await passTime(given.ledger, plan.account, 600_000);
  return { id: plan.id, order: order.id };
}

describe('the document', () => {
  test('is OpenAPI 3.1 and has every route that there is under /api', () => {
    const registered = site.routes
      .filter(({ method, url }) => method !== 'HEAD' && url.startsWith('/api'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    // The page is found with and without the slash at its end.
    const expected = new Set(registered.map((route) => route.replace(/ \/api\/$/, ' /api')));
    expect(described.sort()).toEqual([...expected].sort());
    expect(described.length).toBeGreaterThan(20);
  });

  test('says of each route what it does and what it answers', () => {
    for (const [path, operations] of Object.entries<Record<string, Operation>>(document.paths)) {
      for (const [method, { summary, responses }] of Object.entries(operations)) {
        expect(summary, `${method} ${path}`).toMatch(/^[A-Z].{10,}[^.]$/);
        expect(Object.keys(responses)[0]).toMatch(/^20[01]$/);
      }
    }
  });

  test('has no reference that leads nowhere', () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  test('can be read as a page, which names every route and needs no script', async () => {
    const { status, headers, text } = await ask(site, '/api');
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
    });
    for (const path of Object.keys(document.paths)) expect(text).toContain(` ${path}<`);
    expect(text.slice(text.indexOf('<main'))).not.toContain('<script');
  });
});

type Operation = { summary: string; responses: object };

describe('what is unknown', () => {
  test('is listed with request and answer, oldest first, of one plan or all', async () => {
    const { id, order } = await unknownOrder();
    const { json } = await ask(site, `/api/unknown?plan=${id}`);
    expect(json.orders).toMatchObject([
      { order, plan: id, areaCode: '212', quantity: 10, whatHappened: 'no answer within 120 s' },
    ]);
    await unknownOrder();
    const first = await ask(site, '/api/unknown?limit=1');
    expect(first.json).toMatchObject({ total: 2, orders: [{ order }], next: order });
    const second = await ask(site, `/api/unknown?limit=1&after=${first.json.next}`);
    expect(second.json).toMatchObject({ orders: [{}], next: null });
  });

  const settle = (order: number, body?: object) => post(site, `/api/orders/${order}/settle`, body);

  test('is settled by the numbers it bought, however they are written', async () => {
    const { id, order } = await unknownOrder();
    const bought = newNumbers(10).map(
      (n) => `+1 (${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6)}`,
    );
    const body = { bought, by: 'Grace', why: 'seen in the account', againstEvidence: true };
    const { json } = await settle(order, body);
    expect(json).toEqual({ order, state: 'filled', bought: 10 });
    const plan = await ask(site, `/api/plans/${id}`);
    expect(plan.json.events[0]).toMatchObject({
      kind: 'order_settled',
      who: 'system:Ada',
      by: 'Grace',
      orderId: order,
    });
  });

  test('waits again when it bought nothing, and cannot be settled twice', async () => {
    const { order } = await unknownOrder();
    const body = { ...ANYHOW, nothing: true, by: 'Grace', why: 'not in the account' };
    expect((await settle(order, body)).json).toEqual({ order, state: 'waiting', bought: 0 });
    const again = await settle(order, body);
    expect(codeOf(again)).toEqual([409, 'wrong_state']);
  });

  test('is not settled by a verdict that is not there', async () => {
    const { order } = await unknownOrder();
    expect(problemIn(await settle(order, { accept: true, by: 'Grace' }))).toMatchObject([
      409,
      {
        code: 'wrong_state',
        message: expect.stringContaining('There is no verdict on it.'),
      },
    ]);
  });

  test.each([
    ['nothing at all', undefined, 'In the body: a JSON object is expected'],
    ['no finding', { by: 'G', why: 'w' }, 'Say one of "bought", "nothing", "accept" and "undo".'],
    ['two findings', { nothing: true, accept: true, by: 'G', why: 'w' }, 'Say one of'],
    ['no name', { nothing: true, why: 'w' }, 'Say who you are: "by". Your name'],
    ['a blank name', { nothing: true, by: ' ', why: 'w' }, '"by": it must not be blank'],
    ['no reason', { nothing: true, by: 'G' }, 'Say how you know it'],
    ['no reason to take it back', { undo: true, by: 'G' }, 'Say how you know it'],
    ['no phone number', { bought: ['12'], by: 'G', why: 'w' }, '"12" is not a phone number'],
    ['an empty list', { bought: [], by: 'G', why: 'w' }, 'is not a phone number'],
  ])('is not settled with %s', async (_, body, sentence) => {
    const { order } = await unknownOrder();
    expect(problemIn(await settle(order, body))).toMatchObject([
      400,
      { code: 'invalid_usage', message: expect.stringContaining(sentence) },
    ]);
  });
});

describe('an account', () => {
  const path = '/api/accounts/sandbox';

  test('is listed, and shown with what goes on in it', async () => {
    const list = await ask(site, '/api/accounts');
    expect(list.json.accounts[0]).toMatchObject({ name: 'sandbox', mode: 'sandbox' });
    const one = await ask(site, path);
    expect(one.json).toMatchObject({ name: 'sandbox', rate: 4, inFlight: 0, workers: [] });
  });

  test('has its pace set while it runs', async () => {
    const patch = (rate: unknown) => ask(site, path, { method: 'PATCH', body: { rate } });
    expect((await patch(7.5)).json).toMatchObject({ rate: 7.5 });
    for (const rate of [0, 1001, 'fast', undefined]) {
      expect(problemIn(await patch(rate))).toMatchObject([
        400,
        { message: expect.stringMatching(/"rate": it must be .*orders per second/) },
      ]);
    }
    expect((await ask(site, path)).json).toMatchObject({ rate: 7.5 });
  });

  test('of a sandbox may be without a pace, one that is live may not', async () => {
    const patch = (name: string, rate: number | null) =>
      ask(site, `/api/accounts/${name}`, { method: 'PATCH', body: { rate } });
    expect((await patch('sandbox', null)).json).toMatchObject({ rate: null });
    expect((await patch('sandbox', 4)).json).toMatchObject({ rate: 4 });
    await ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 });
    expect(problemIn(await patch('main', null))).toMatchObject([
      409,
      { code: 'wrong_state', message: expect.stringContaining('must have a pace') },
    ]);
    expect((await ask(site, '/api/accounts/main')).json).toMatchObject({ rate: 4 });
  });

  test('is paused and resumed', async () => {
    const move = (name: string, body?: object) => post(site, `${path}/${name}`, body);
    const paused = (await move('pause', { why: 'keys' })).json;
    expect(paused).toMatchObject({ pausedReason: 'keys' });
    expect((await move('resume')).json).toMatchObject({ pausedReason: null });
    const { pausedReason, pauseId } = (await move('pause')).json;
    expect(pausedReason).toBe('Ada gave no reason');
    const older = await move('resume', { pauseId: paused.pauseId });
    expect(codeOf(older)).toEqual([409, 'wrong_state']);
    expect((await move('resume', { pauseId })).json).toMatchObject({ pausedReason: null });
  });

  test('that is not there is not found', async () => {
    expect(codeOf(await ask(site, '/api/accounts/west'))).toEqual([404, 'not_found']);
  });
});

describe('a request that is wrong', () => {
  test.each([
    ['/api/plans/abc', 'In the path, "id": it must be the number of a plan'],
    ['/api/plans/0', '"id": it must be the number of a plan'],
    ['/api/plans?limit=201', 'In the query, "limit": it must be a number of rows'],
    ['/api/plans/1/events?lines=5', '"lines": it must be two line numbers, such as 2-51'],
    ['/api/plans/1/events?lines=5-2', 'the first number first'],
    ['/api/plans/1/events?lines=1-101', 'at most 100 lines'],
  ])('gets a sentence about it: %s', async (path, sentence) => {
    expect(problemIn(await ask(site, path))).toMatchObject([
      400,
      { code: 'invalid_usage', message: expect.stringContaining(sentence) },
    ]);
  });

  test('by its JSON gets an error that says so', async () => {
    const headers = { 'content-type': 'application/json' };
    const { status, json } = await ask(site, '/api/plans/1/start', {
      method: 'POST',
      headers,
      body: '{"by":',
    });
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: 'The body is not JSON that can be read.',
    });
  });

  test('by its path gets the one form of errors', async () => {
    const { status, json } = await ask(site, '/api/nothing?x=1');
    expect({ status, json }).toEqual({
      status: 404,
      json: {
        error: {
          code: 'not_found',
          message: 'There is no GET /api/nothing. /api shows what there is.',
        },
      },
    });
  });
});

describe('a fault of ours', () => {
  test('is a sentence without its stack, and the log has its cause', async () => {
    const app = await openSite(given);
    replaceQuery(given.ledger, () => () => Promise.reject(new TypeError('hidden')));
    const { status, text } = await ask(app, '/api/accounts');
    expect({ status, text }).toEqual({
      status: 500,
      text: expect.stringContaining('"code":"internal"'),
    });
    expect(text).not.toContain('hidden');
    expect(app.log.lines).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'hidden' }) }),
    ]);
  });
});
