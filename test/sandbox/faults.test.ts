import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultName, openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { type Arrival, buy, nextBooked, numbersIn, order } from './asking.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ seed: 1 });
});
afterAll(() => sandbox.close());

/** What every row orders: four numbers. */
const FOUR = { search: '415', quantity: 4 };

async function meet(fault: FaultName) {
  sandbox.next(fault);
  const booked = nextBooked(sandbox);
  const arrival = await order(sandbox, FOUR);
  const { id } = await booked;
  const [request] = sandbox.books(id - 1).requests;
  return { arrival, request: request! };
}

const XML = 'text/xml; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const PLAIN = 'text/plain; charset=utf-8';

type Expected = {
  status: number | undefined;
  type?: string;
  body: (arrival: Arrival, sold: string[]) => boolean;
  end?: Arrival['end'];
  sold: number[];
};

const nothing: Expected['body'] = ({ body }) => body === '';
const says =
  (text: string): Expected['body'] =>
  ({ body }) =>
    body.includes(text);
const lists: Expected['body'] = ({ body }, sold) =>
  body.endsWith('</response>') && numbersIn(body).join() === sold.join();

const ROWS: Record<Exclude<FaultName, 'hang' | 'hang_after' | 'elsewhere'>, Expected> = {
  ok: { status: 200, type: XML, body: lists, sold: [4] },
  refuse: { status: 200, type: XML, body: says('Order declined by'), sold: [0] },
  no_stock: { status: 200, type: XML, body: says('No numbers available'), sold: [0] },
  bad_keys: { status: 200, type: XML, body: says('Invalid access key'), sold: [0] },
  throttle: { status: 429, type: PLAIN, body: says('Too Many'), sold: [0] },
  busy_503: { status: 503, type: PLAIN, body: says('Unavailable'), sold: [0] },
  error_before: { status: 500, type: PLAIN, body: says('Internal'), sold: [0] },
  error_after: { status: 500, type: PLAIN, body: says('Internal'), sold: [4] },
  cut_before: { status: undefined, body: nothing, end: 'cut', sold: [0] },
  cut_after: { status: undefined, body: nothing, end: 'cut', sold: [4] },
  half_body: {
    status: 200,
    type: XML,
    body: ({ body, headers }) => body.length === Math.floor(Number(headers['content-length']) / 2),
    end: 'cut',
    sold: [4],
  },
  early_end: {
    status: 200,
    type: XML,
    body: ({ body }) => body.startsWith('<') && !body.endsWith('</response>'),
    sold: [4],
  },
  html: { status: 200, type: HTML, body: says('<h1>'), sold: [0, 4] },
  empty: { status: 200, type: XML, body: nothing, sold: [0, 4] },
  slow: { status: 200, type: XML, body: lists, sold: [4] },
  wrong_quantity: {
    status: 200,
    type: XML,
    body: (arrival, sold) => lists(arrival, sold) && arrival.body.includes('<quantity>5<'),
    sold: [4],
  },
  sold_twice: { status: 200, type: XML, body: lists, sold: [4] },
  throttle_after: { status: 429, type: XML, body: lists, sold: [4] },
  processing: { status: 200, type: XML, body: says('failed</result>'), sold: [4] },
};

describe('on the wire and in the books', () => {
  it.each(Object.entries(ROWS) as [FaultName, Expected][])('%s', async (fault, expected) => {
    const { arrival, request } = await meet(fault);
    const { status, headers, end } = arrival;
    expect({ status, type: headers['content-type'], end }).toEqual({
      status: expected.status,
      type: expected.type,
      end: expected.end ?? 'complete',
    });
    expect(expected.body(arrival, request.sold)).toBe(true);
    expect(expected.sold).toContain(request.sold.length);
    const answered = end === 'complete';
    expect(request).toMatchObject({ fault, ...FOUR, type: 'local', answered });
  });
});

it.each([
  ['hang', 0],
  ['hang_after', 4],
] as const)('%s says nothing until the client gives up, and sells %i', async (fault, count) => {
  sandbox.next(fault);
  const giveUp = new AbortController();
  const booked = nextBooked(sandbox);
  const arrival = order(sandbox, FOUR, giveUp.signal);
  const { id, sold } = await booked;
  expect(sold).toHaveLength(count);
  // A later order is answered while this one still hangs.
  expect(await buy(sandbox, FOUR)).toHaveLength(4);
  giveUp.abort();
  expect(await arrival).toMatchObject({ status: undefined, body: '', end: 'cut' });
  expect(sandbox.books(id - 1).requests[0]!.answered).toBe(false);
});

it('an order that was sold slowly is in the books before the answer is on the wire', async () => {
  sandbox.next('slow');
  const giveUp = new AbortController();
  const booked = nextBooked(sandbox);
  const arrival = order(sandbox, FOUR, giveUp.signal);
  expect((await booked).sold).toHaveLength(4);
  giveUp.abort();
  expect((await arrival).end).toBe('cut');
});

it.each(['throttle', 'throttle_after'] as const)('%s with Retry-After: 1', async (fault) => {
  const { arrival } = await meet(fault);
  expect(arrival.headers['retry-after']).toBe('1');
});

it('elsewhere sells numbers of another area code, and says so in some cases only', async () => {
  sandbox.next('elsewhere', { times: 20 });
  const ends = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const { lastId } = sandbox.books(Infinity);
    const arrival = await order(sandbox, FOUR);
    ends.add(arrival.end);
    const [request] = sandbox.books(lastId).requests;
    expect(request).toMatchObject({ fault: 'elsewhere', ...FOUR });
    expect(request!.sold.map((number) => number.slice(0, 3))).toEqual(Array(4).fill('979'));
    if (arrival.end === 'complete') expect(lists(arrival, request!.sold)).toBe(true);
  }
  expect(ends).toEqual(new Set(['complete', 'cut']));
});

it.each(['html', 'empty'] as const)(
  '%s has sold in some cases and not in others',
  async (fault) => {
    sandbox.next(fault, { times: 20 });
    const { lastId } = sandbox.books(Infinity);
    for (let i = 0; i < 20; i++) await order(sandbox, FOUR);
    const counts = sandbox.books(lastId).requests.map((request) => request.sold.length);
    expect(new Set(counts)).toEqual(new Set([0, 4]));
  },
);

it('early_end cuts in many places, and never after the last byte', async () => {
  sandbox.next('early_end', { times: 20 });
  const lengths = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const { body } = await order(sandbox, FOUR);
    expect(body).not.toMatch(/<\/response>$/);
    lengths.add(body.length);
  }
  expect(lengths.size).toBeGreaterThan(10);
});

it('cuts by FIN in some cases and by RST in others', async () => {
  sandbox.next('cut_before', { times: 20 });
  const codes = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const url = `${sandbox.url}?action=numbers.order`;
    await fetch(url).catch((error) => codes.add(error.cause.code));
  }
  expect(codes).toEqual(new Set(['UND_ERR_SOCKET', 'ECONNRESET']));
});

it('sold_twice sells the last number of the same search again, and is booked', async () => {
  await using fresh = await openSandbox();
  await buy(fresh, { search: '212', quantity: 2 });
  const before = (await buy(fresh, { search: '213', quantity: 2 })) as string[];
  await buy(fresh, { search: '212', quantity: 2 });
  fresh.next('sold_twice');
  const again = (await buy(fresh, { search: '213', quantity: 3 })) as string[];
  expect(new Set(again).size).toBe(3);
  expect(again).toContain(before.at(-1));
  expect(fresh.books()).toMatchObject({ sold: 9, soldTwice: 1 });
});

it('sold_twice is honest while nothing was ever sold', async () => {
  await using fresh = await openSandbox();
  fresh.next('sold_twice');
  expect(await buy(fresh, { search: '213', quantity: 3 })).toHaveLength(3);
  expect(fresh.books().soldTwice).toBe(0);
});

it('a fault that sells sells nothing to an order that must be refused', async () => {
  for (const fault of ['error_after', 'cut_after', 'early_end', 'wrong_quantity'] as const) {
    sandbox.next(fault);
    await order(sandbox, { search: '808', quantity: 4 });
    expect(sandbox.books().requests.at(-1)).toMatchObject({ fault, sold: [] });
  }
});

describe('next', () => {
  it('lasts for the times given, and only for its search', async () => {
    sandbox.next('refuse', { search: 'tollfree', times: 2 });
    sandbox.next('no_stock');
    const refused = 'Order declined by the carrier desk';
    const tollfree = { type: 'tollfree', search: '', quantity: 1 };
    expect(await buy(sandbox, { search: '212' })).toBe('No numbers available');
    expect(await buy(sandbox, { search: '212' })).toHaveLength(1);
    expect(await buy(sandbox, tollfree)).toBe(refused);
    expect(await buy(sandbox, tollfree)).toBe(refused);
    expect(await buy(sandbox, tollfree)).toHaveLength(1);
  });

  it.each([
    [{ fault: 'grumpy' }, 'no fault "grumpy"'],
    [{ fault: 'toString' }, 'no fault "toString"'],
    [{ fault: 'ok', times: 0 }, 'whole number from 1'],
    [{ fault: 'ok', times: 1.5 }, 'whole number from 1'],
    [{ fault: 'ok', search: 212 }, 'must be a text'],
  ])('refuses %j', ({ fault, ...scope }, sentence) => {
    expect(() => sandbox.next(fault as FaultName, scope as object)).toThrow(sentence);
  });
});

describe('a fault mix', () => {
  it('strikes as often as its chance says, by weight', async () => {
    await using sandbox = await openSandbox({
      seed: 3,
      faultMix: { chance: 0.5, faults: { refuse: 3, busy_503: 1 } },
    });
    for (let i = 0; i < 400; i++) await order(sandbox, { search: '212' });
    const { requests } = sandbox.books();
    const count = (fault: FaultName) => requests.filter((each) => each.fault === fault).length;
    expect(count('ok')).toBeGreaterThan(160);
    expect(count('ok')).toBeLessThan(240);
    expect(count('refuse')).toBeGreaterThan(count('busy_503') * 2);
    expect(count('busy_503')).toBeGreaterThan(25);
  });

  it('goes when it is set to null', async () => {
    await using sandbox = await openSandbox({ faultMix: { chance: 1, faults: { refuse: 1 } } });
    expect(await buy(sandbox, { search: '212' })).toBe('Order declined by the carrier desk');
    sandbox.setFaultMix(null);
    expect(await buy(sandbox, { search: '212' })).toHaveLength(1);
  });

  it.each([
    [{ chance: 2, faults: { ok: 1 } }, 'from 0 to 1'],
    [{ chance: Number.NaN, faults: { ok: 1 } }, 'from 0 to 1'],
    [{ chance: 0.5, faults: {} }, 'weight above 0'],
    [{ chance: 0.5, faults: { ok: -1 } }, 'weight of ok'],
    [{ chance: 0.5, faults: { grumpy: 1 } }, 'no fault "grumpy"'],
  ])('refuses %j', async (faultMix, sentence) => {
    await expect(openSandbox({ faultMix: faultMix as never })).rejects.toThrow(sentence);
  });
});
