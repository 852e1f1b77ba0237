import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '../../src/vendor/index.ts';
import { httpHere } from '../support/http-here.ts';
import { freely, SEED_ORDER, vendorAt } from './order.ts';
import { failure, SEED_ANSWER, SEED_NUMBERS, sale } from './seed-answer.ts';

/** A vendor over HTTP that keeps the URLs of its requests. */
async function httpVendor(handler: RequestListener) {
  const urls: string[] = [];
  const { url } = await httpHere((request, response) => {
    urls.push(request.url!);
    handler(request, response);
  });
  return { url: `${url}/`, urls };
}

const answering =
  (body: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

async function ask(
  handler: RequestListener,
  request: Partial<OrderRequest> = {},
  path = '',
  options: Parameters<typeof vendorAt>[1] = {},
) {
  const server = await httpVendor(handler);
  await using vendor = vendorAt(server.url + path, options);
  const answer = await vendor.order({ ...SEED_ORDER, ...request }, freely);
  return { answer, urls: server.urls };
}

describe('the request', () => {
  const sold = answering(SEED_ANSWER);
  const KEYS = '/ibp_api.php?action=numbers.order&access_key=foo&secret_access_key=bar';

  it("is the vendor's example, and its example answer is filled", async () => {
    const { answer, urls } = await ask(sold);
    expect(urls).toEqual([`${KEYS}&type=local&search=555&quantity=3&fill_quantity=1`]);
    expect(answer).toEqual({
      outcome: 'filled',
      numbers: SEED_NUMBERS,
      status: 200,
      what: '3 of 3 numbers were bought.',
      body: null,
      retryAfterMs: null,
    });
  });

  it('has the optional parameters behind the required ones, as 0 and 1', async () => {
    const { urls } = await ask(sold, {
      type: 'canadian_local',
      search: '416555',
      fillQuantity: false,
      cleansedOnly: true,
      distance: 12,
      smsSupported: false,
      orderSlot: true,
      allowOverlay: false,
    });
    const query = 'type=canadian_local&search=416555&quantity=3&fill_quantity=0';
    const more = 'cleansed_only=1&distance=12&sms_supported=0&order_slot=1&allow_overlay=0';
    expect(urls).toEqual([`${KEYS}&${query}&${more}`]);
  });

  it.each(['tollfree', 'true800'] as const)('for %s has no search', async (type) => {
    const { urls } = await ask(sold, { type, search: null });
    expect(urls).toEqual([`${KEYS}&type=${type}&quantity=3&fill_quantity=1`]);
  });

  it('keeps the path of the configured address and encodes the keys', async () => {
    const keys = { accessKey: 'a&b=c d', secretAccessKey: 'é/+#' };
    const { urls } = await ask(sold, {}, 'some/where.php?no=1', keys);
    expect(urls[0]).toMatch(/^\/some\/where\.php\?action=numbers\.order&/);
    expect(Object.fromEntries(new URLSearchParams(urls[0]!.split('?')[1]))).toMatchObject({
      access_key: 'a&b=c d',
      secret_access_key: 'é/+#',
    });
  });

  it('asks for plain XML on a connection of its own', async () => {
    const headers: IncomingMessage['headers'][] = [];
    await ask((request, response) => {
      headers.push(request.headers);
      response.end(SEED_ANSWER);
    });
    expect(headers).toMatchObject([
      {
        accept: 'text/xml',
        'accept-encoding': 'identity',
        'cache-control': 'no-cache',
        connection: 'close',
      },
    ]);
  });

  it.each<[string, Partial<OrderRequest>]>([
    ['no quantity', { quantity: Number.NaN }],
    ['quantity 0', { quantity: 0 }],
    ['quantity 26', { quantity: 26 }],
    ['quantity 1.5', { quantity: 1.5 }],
    ['a local order without digits', { search: null }],
    ['a search of four digits', { search: '2125' }],
    ['a search of letters', { search: 'abc' }],
    ['a toll-free order with digits', { type: 'tollfree', search: '800' }],
  ])('with %s does not leave', async (_title, request) => {
    const { answer, urls } = await ask(sold, request);
    expect(answer.outcome).toBe('not_sent');
    expect(urls).toEqual([]);
  });
});

describe('the answer', () => {
  const FEW = SEED_NUMBERS.slice(0, 2);

  it('with fewer numbers is short', async () => {
    const { answer } = await ask(answering(sale(FEW)), { fillQuantity: false });
    expect(answer).toMatchObject({ outcome: 'short', numbers: FEW, body: null });
    expect(answer.what).toBe('The vendor had no more such numbers.');
  });

  it.each([
    ['No numbers available', 'short'],
    ['Invalid access key', 'credentials'],
    ['Too many requests', 'throttled'],
    ['Parameter type is invalid', 'refused'],
  ] as const)('"%s" makes the order %s', async (text, outcome) => {
    const { answer } = await ask(answering(failure(text)));
    expect(answer).toMatchObject({ outcome, numbers: [], status: 200, body: failure(text) });
    expect(answer.what).toContain(`"${text}"`);
  });

  it("is read by an operator's rules before the built-in ones", async () => {
    const rules = [{ match: 'no numbers', means: 'busy' } as const];
    const { answer } = await ask(answering(failure('No numbers available')), {}, '', { rules });
    expect(answer.outcome).toBe('throttled');
  });

  it.each([
    ['12', 'unknown'],
    ['0', 'filled'],
  ])('of age %s from a cache is %s: it may be that of another order', async (age, outcome) => {
    const { answer } = await ask(answering(SEED_ANSWER, 200, { age }));
    expect(answer.outcome).toBe(outcome);
  });

  it('is kept to 4000 characters', async () => {
    const { answer } = await ask(answering('é'.repeat(9_000), 500));
    expect(answer.body).toBe('é'.repeat(4_000));
  });

  it('is kept without characters that break a ledger or a terminal', async () => {
    const { answer } = await ask(answering('a\u0000b\u001b[31mc\ufffe\n', 500));
    expect(answer.body).toBe('ab[31mc\n');
  });

  const inOneMinute = new Date(Date.now() + 60_000).toUTCString();
  it.each([
    ['7', 7_000, 7_000],
    [inOneMinute, 1, 60_000],
    ['999999', 3_600_000, 3_600_000],
  ])(
    'with status 429 and Retry-After %s is throttled for that long',
    async (header, least, most) => {
      const { answer } = await ask(answering('Too Many Requests', 429, { 'retry-after': header }));
      expect(answer).toMatchObject({ outcome: 'throttled', numbers: [], status: 429 });
      expect(answer.retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(answer.retryAfterMs).toBeLessThanOrEqual(most);
    },
  );

  it.each(['', '0', '-5', '1.5', 'soon', 'soon 5', '2999-01-01', 'Sun, 06 Nov 1994 08:49:37 GMT'])(
    'with status 429 and Retry-After "%s" is throttled without a time',
    async (header) => {
      const { answer } = await ask(answering('', 429, { 'retry-after': header }));
      expect(answer).toMatchObject({ outcome: 'throttled', retryAfterMs: null });
    },
  );

  it('with a Retry-After and a whole sale is filled', async () => {
    const { answer } = await ask(answering(SEED_ANSWER, 200, { 'retry-after': '7' }));
    expect(answer).toMatchObject({ outcome: 'filled', retryAfterMs: null });
  });

  it('of a busy vendor carries its Retry-After', async () => {
    const busy = answering(failure('Rate limit exceeded'), 200, { 'retry-after': '3' });
    const { answer } = await ask(busy);
    expect(answer).toMatchObject({ outcome: 'throttled', retryAfterMs: 3_000 });
  });
});

describe('an open vendor', () => {
  it('keeps no more orders in flight than it has connections', async () => {
    let inFlight = 0;
    let most = 0;
    const waiting: ServerResponse[] = [];
    const server = await httpVendor((_request, response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      waiting.push(response);
      // Answers only when as many are here as may be.
      if (inFlight < 3) return;
      for (const one of waiting.splice(0)) one.end(SEED_ANSWER, () => inFlight--);
    });
    await using vendor = vendorAt(server.url, { connections: 3 });
    const orders = Array.from({ length: 12 }, () => vendor.order(SEED_ORDER, freely));
    const outcomes = (await Promise.all(orders)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(Array(12).fill('filled'));
    expect(most).toBe(3);
  });

  it('waits on closing for the orders under way and begins no more', async () => {
    const { promise: reached, resolve: reach } = Promise.withResolvers<ServerResponse>();
    const server = await httpVendor((_request, response) => reach(response));
    const vendor = vendorAt(server.url, { connections: 1 });
    const first = vendor.order(SEED_ORDER, freely);
    const second = vendor.order(SEED_ORDER, freely);
    const response = await reached;
    const closed = vendor.close();
    response.end(SEED_ANSWER);
    expect((await first).outcome).toBe('filled');
    expect((await second).outcome).toBe('not_sent');
    await closed;
    expect((await vendor.order(SEED_ORDER, freely)).outcome).toBe('not_sent');
    expect(server.urls).toHaveLength(1);
    await vendor.close();
  });
});
