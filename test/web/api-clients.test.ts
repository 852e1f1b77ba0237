import { beforeAll, describe, expect, test } from 'vitest';
import { endPlans, orderId, steerPlan } from '../../src/ledger/index.ts';
import { setClock } from '../support/ledger.ts';
import { line, linesOf, newPlan, type SmallPlan } from '../support/plans.ts';
import { sendOne } from '../support/sending.ts';
import { documentedSite } from './documented.ts';
import { ask, newCsv, submitted } from './site.ts';

const { given, site, document } = documentedSite();

type Operation = {
  path: string;
  method: string;
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: { content: Record<string, object> };
  responses: Record<string, { description: string }>;
};

const operations = (): Operation[] =>
  Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );

/** A client made of the document alone: an operation by its id, and all else by names. */
async function call(
  operationId: string,
  given: Record<string, unknown> = {},
  body?: { type: string; content: string },
) {
  const operation = operations().find((each) => each.operationId === operationId);
  if (!operation) throw new Error(`The document has no operation ${operationId}.`);
  const rest = { ...given };
  const url = new URL(document.servers[0].url, site.url);
  url.pathname = operation.path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  for (const { name, in: place } of operation.parameters ?? []) {
    if (place !== 'query' || rest[name] === undefined) continue;
    url.searchParams.set(name, String(rest[name]));
    delete rest[name];
  }
  const json = Object.keys(rest).length > 0 ? JSON.stringify(rest) : undefined;
  const type = body?.type ?? 'application/json';
  const content = body?.content ?? json;
  if (content) expect(Object.keys(operation.requestBody!.content)).toContain(type);
  return ask(site, `${url.pathname}${url.search}`, {
    method: operation.method.toUpperCase(),
    ...(content ? { body: content, headers: { 'content-type': type } } : {}),
  });
}

describe('the document', () => {
  test('names each operation once, as a function of a client is named', () => {
    const ids = operations().map(({ operationId }) => operationId);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-zA-Z]+$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('submitPlan');
  });

  test('has what a linter asks for: a server, a licence, described tags, 4XX of everything', () => {
    expect(document.servers).toEqual([{ url: '/', description: expect.any(String) }]);
    expect(document.info.license).toEqual({ name: 'MIT', identifier: 'MIT' });
    const tags = document.tags.map(({ name }: { name: string }) => name);
    for (const { operationId, tags: own, responses, parameters = [], path } of operations()) {
      for (const tag of own) expect(tags, operationId).toContain(tag);
      expect(Object.keys(responses), operationId).toContain('4XX');
      for (const { description } of Object.values(responses)) expect(description).toBeTruthy();
      const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect(inPath, operationId).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test('says of all that is sent and answered what type it has, for clients that are typed', () => {
    const untyped: string[] = [];
    const look = (at: string, value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, each] of Object.entries(value)) {
        const isTyped = key !== 'schema' || 'type' in each || '$ref' in each || 'anyOf' in each;
        if (!isTyped) untyped.push(at);
        look(`${at} ${key}`, each);
      }
    };
    look('', document.paths);
    expect(untyped).toEqual([]);
    const submit = operations().find(({ operationId }) => operationId === 'submitPlan');
    const again = submit?.parameters?.find(({ name }) => name === 'again');
    expect(again).toMatchObject({ schema: { type: 'boolean' } });
  });

  test('is enough for a client to go the whole way of a plan', async () => {
    const csv = { type: 'text/csv', content: newCsv('212,30') };
    expect((await call('checkPlan', {}, csv)).json).toMatchObject({ faultCount: 0, orders: 2 });
    const plan = (await call('submitPlan', { name: 'by a client', by: 'Eve' }, csv)).json;
    expect(plan).toMatchObject({ state: 'ready', name: 'by a client', submittedBy: 'Eve' });
    const { id } = plan;
    expect((await call('listPlans', { search: 'by a client' })).json).toMatchObject({ total: 1 });
    expect((await call('startPlan', { id, by: 'Eve' })).json.state).toBe('running');
    const orders = [orderId(id, 1), orderId(id, 2)];
    const small: SmallPlan = { id, account: given.account, orders };
    await sendOne(given.ledger, small, 'filled');
    await sendOne(given.ledger, small, 'unknown', {}, orders[1]);
    const { orders: unknown } = (await call('listUnknown', { plan: id })).json;
    expect(unknown).toMatchObject([{ order: orders[1] }]);
    const word = { order: orders[1], by: 'Eve', why: 'asked the vendor', againstEvidence: true };
    expect((await call('settleOrder', { ...word, nothing: true })).json.state).toBe('waiting');
    expect((await call('pausePlan', { id, by: 'Eve', why: 'lunch' })).json.state).toBe('paused');
    expect((await call('resumePlan', { id, by: 'Eve' })).json.state).toBe('running');
    expect((await call('cancelPlan', { id, by: 'Eve', why: 'enough' })).json).toMatchObject({
      state: 'cancelled',
    });
    expect((await call('listLines', { id, limit: 1 })).json.lines).toHaveLength(1);
    expect((await call('getNumbersCsv', { id })).text.split('\n').length).toBeGreaterThan(5);
    expect((await call('setPace', { name: 'sandbox', rate: 5 })).json.rate).toBe(5);
    expect((await call('getPlan', { id })).json.events[0].kind).toBe('plan_cancelled');
  });
});

describe('every answer', () => {
  test('has an id, the caller’s own where that is fit for a log', async () => {
    for (const path of ['/api/plans', '/', '/api/nothing']) {
      expect((await ask(site, path)).headers['x-request-id'], path).toMatch(/^[\da-f-]{36}$/);
      const headers = { 'x-request-id': 'build-7/41' };
      expect((await ask(site, path, { headers })).headers['x-request-id']).toBe('build-7/41');
    }
    const headers = { 'x-request-id': 'a b<script>' };
    expect((await ask(site, '/', { headers })).headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('a list in pages', () => {
  const follow = (link: string | undefined, rel: string) =>
    link?.match(`<([^>]+)>; rel="${rel}"`)?.[1];

  test('links the pages beside it, with what else was asked for, and has a total', async () => {
    const id = await submitted(site, newCsv('212,1\n213,1\n214,1\n215,1\n216,1'));
    const first = await ask(site, `/api/plans/${id}/lines?limit=2`);
    expect(first.json).toMatchObject({ total: 5, previous: null });
    const second = await ask(site, follow(String(first.headers.link), 'next')!);
    expect(second.json.lines.map(({ line }: { line: number }) => line)).toEqual([4, 5]);
    const back = await ask(site, follow(String(second.headers.link), 'prev')!);
    expect(back.json.lines).toEqual(first.json.lines);
    const last = await ask(site, follow(String(second.headers.link), 'next')!);
    expect(String(last.headers.link)).not.toContain('rel="next"');
    const plans = await ask(site, '/api/plans?limit=1&search=sandbox');
    expect(String(plans.headers.link)).toMatch(/search=sandbox&before=\d+>; rel="next"/);
  });
});

describe('a result file that is final', () => {
  let path: string;
  beforeAll(async () => {
    const plan = await newPlan(given.ledger, { account: given.account, lines: linesOf(25, 25) });
    for (const id of plan.orders) await sendOne(given.ledger, plan, 'filled', {}, id);
    await endPlans(given.ledger, given.account.id);
    path = `/api/plans/${plan.id}/numbers.csv`;
  });

  test('is not sent again to who has it', async () => {
    const { headers, text } = await ask(site, path);
    expect(text.length).toBeGreaterThan(1_000);
    const again = await ask(site, path, { headers: { 'if-none-match': headers.etag! } });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    expect((await ask(site, path, { headers: { 'if-none-match': '"x"' } })).text).toBe(text);
  });

  test.each([
    ['bytes=0-99', 0, 100],
    ['bytes=500-', 500, undefined],
    ['bytes=-70', -70, undefined],
    ['bytes=10-999999', 10, undefined],
  ])('is sent in part for %s', async (range, from, to) => {
    const whole = Buffer.from((await ask(site, path)).text);
    const part = await ask(site, path, { headers: { range } });
    expect(part.status).toBe(206);
    expect(part.text).toBe(whole.subarray(from, to).toString());
    expect(part.headers['content-range']).toMatch(new RegExp(`/${whole.length}$`));
  });

  test('is sent whole for a part of another version, and not beyond its end', async () => {
    const { headers, text } = await ask(site, path);
    const range = 'bytes=500-';
    const other = await ask(site, path, { headers: { range, 'if-range': '"x"' } });
    expect({ status: other.status, text: other.text }).toEqual({ status: 200, text });
    const same = await ask(site, path, { headers: { range, 'if-range': headers.etag! } });
    expect(same.status).toBe(206);
    const beyond = await ask(site, path, { headers: { range: 'bytes=99999999-' } });
    expect(beyond.status).toBe(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${Buffer.byteLength(text)}`);
  });

  test('has another tag once its day is over, for a remainder that names days', async () => {
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const plan = await newPlan(given.ledger, {
      account: given.account,
      lines: [line({ keepTrying: `until ${day}` })],
      check: { keepTryingLines: 1 },
    });
    await sendOne(given.ledger, plan, 'refused');
    await steerPlan(given.ledger, plan.id, 'cancel', { who: 'Ada' });
    await endPlans(given.ledger, plan.account.id);
    const remainder = `/api/plans/${plan.id}/remainder.csv`;
    const first = await ask(site, remainder);
    expect(first.text).toContain(`until ${day}`);
    await setClock(given.ledger, '5 days');
    const known = { 'if-none-match': first.headers.etag! };
    const later = await ask(site, remainder, { headers: known });
    await setClock(given.ledger, '0 days');
    expect(later.status).toBe(200);
    expect(later.text).not.toContain(`until ${day}`);
  });

  test('has no tag while it may change', async () => {
    const id = await submitted(site);
    const { status, headers } = await ask(site, `/api/plans/${id}/lines.csv`, {
      headers: { range: 'bytes=0-1' },
    });
    expect({ status, etag: headers.etag }).toEqual({ status: 200, etag: undefined });
  });
});
