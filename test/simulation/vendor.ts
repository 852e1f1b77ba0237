/**
 * The vendor and the way to it. A request leaves when `mayStart` says so, arrives, sells, and is
 * answered; each of these may fail on its own. What the answer means is the real program's to say.
 */
import { failed, NO_NUMBERS, success, TOO_FEW_NUMBERS } from '../../src/sandbox/answers.ts';
import { judge } from '../../src/vendor/answer/answer.ts';
import { readMeanings } from '../../src/vendor/answer/refusals.ts';
import type { Answer, OrderRequest, Vendor } from '../../src/vendor/index.ts';
import type { Gate, SendResult } from '../../src/vendor/wire/wire.ts';
import { type Books, type Claimed, orderKey } from './books.ts';
import { type Listing, readList } from './list.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** How the vendor and the way to it behave; each a likelihood, unless said otherwise. */
export type Manners = {
  /** The connection fails before anything was sent. */
  refuses: number;
  /** The request is lost on its way. */
  loses: number;
  /** The answer is lost: cut at once, or only missed at the time-out. */
  silent: number;
  /** The answer says something else than a sale or a refusal. */
  garbles: number;
  throttles: number;
  rejectsKeys: number;
  declines: number;
  /** It sells more than was asked, or another area code. */
  strays: number;
  /** From the first byte to the sale, ms at most. */
  slowMs: number;
};

export const GOOD: Manners = {
  ...{ refuses: 0, loses: 0, silent: 0, garbles: 0, throttles: 0, rejectsKeys: 0, declines: 0 },
  ...{ strays: 0, slowMs: 200 },
};

export type SimulatedVendor = ReturnType<typeof openSimulatedVendor>;

/** The area code that it sells in place of another; no line asks for it. */
export const STRAY = '646';

const JUDGE = { meaningOf: readMeanings(), scrub: (text: string) => text };

export function openSimulatedVendor(
  world: World,
  books: Books,
  { timeoutMs, listing }: { timeoutMs: number; listing: Listing },
) {
  const { chance } = world;

  function order(process: Process, request: Claimed, gate: Gate): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const settle = (sent: SendResult) => resolve(judge(sent, request, JUDGE));
    const handed = (fault: string): SendResult => ({ bytes: 'handed', fault, received: null });
    const { manners } = vendor;
    const connectMs = chance.happens(0.03) ? chance.between(60, 4_000) : chance.between(1, 60);
    world.after(connectMs, () =>
      process.hear(async () => {
        if (chance.happens(manners.refuses))
          return settle({ bytes: 'none', fault: 'ECONNREFUSED' });
        await gate.moment?.();
        if (!gate.mayStart())
          return settle({ bytes: 'none', fault: 'it was not allowed to start' });
        const { attempt } = request;
        const order = orderKey(request);
        books.sent.push({ at: world.now(), order, attempt });
        world.note(`${process.name} sends ${order} attempt ${attempt}`);
        process.timer(timeoutMs, () => settle(handed('time-out')));
        const cutAfter = chance.happens(manners.silent / 2) ? chance.between(1, timeoutMs) : null;
        if (cutAfter !== null) process.timer(cutAfter, () => settle(handed('ECONNRESET')));
        if (chance.happens(manners.loses)) return;
        world.after(chance.between(5, manners.slowMs), () => {
          const answer = take(process, request);
          if (chance.happens(manners.silent / 2)) return;
          world.after(chance.between(5, 500), () => process.hear(() => settle(answer)));
        });
      }),
    );
    return promise;
  }

  /** It is asked, and sells or not. */
  function take({ name }: Process, request: Claimed): SendResult {
    const { manners } = vendor;
    const { quantity, attempt } = request;
    if (chance.happens(manners.throttles)) return throttled();
    if (chance.happens(manners.rejectsKeys)) return said(failed('Invalid access key'));
    if (chance.happens(manners.declines)) {
      books.refused.add(orderKey(request));
      return said(failed('Order declined by the carrier desk'));
    }
    const isStray = chance.happens(manners.strays);
    const wish = isStray && chance.happens(0.5) ? { ...request, search: STRAY } : request;
    const asked = isStray && wish === request ? quantity + chance.between(1, 3) : quantity;
    const numbers = books.sell(wish, asked, world.now());
    const sale = {
      at: world.now(),
      order: orderKey(request),
      attempt,
      worker: name,
      asked: quantity,
      numbers,
    };
    books.sales.push(sale);
    world.note(
      `the vendor sells ${numbers.length} of ${quantity} to ${sale.order} attempt ${attempt}`,
    );
    const told = numbers.length > 0 ? success(numbers.map(Number)) : failed(noneLeft(request));
    return chance.happens(manners.garbles) ? garbled(told) : said(told);
  }

  const noneLeft = ({ fillQuantity }: OrderRequest) =>
    fillQuantity ? TOO_FEW_NUMBERS : NO_NUMBERS;

  function throttled(): SendResult {
    const retryAfter = chance.happens(0.5) ? { 'retry-after': String(chance.between(1, 9)) } : {};
    return said('', 429, retryAfter);
  }

  /**
   * A cut, a sale behind the wrong status, a failure that names what was sold, a page of a proxy.
   */
  function garbled(told: string): SendResult {
    const asFailure = told.replace('<result>success', '<result>failed');
    const cut = told.slice(0, chance.below(told.length));
    return chance.pick([
      () => said(cut),
      () => said(told, chance.pick([429, 500, 502, 408])),
      () => said(asFailure),
      () => said('<html><body>We will be back soon</body></html>', chance.pick([200, 502])),
      () => ({ bytes: 'handed', fault: 'ECONNRESET', received: received(cut) }) as const,
    ])();
  }

  const received = (body: string, status = 200, headers = {}) => ({
    status,
    headers: { 'content-type': 'text/xml', ...headers },
    body: Buffer.from(body),
  });
  const said = (body: string, status = 200, headers = {}): SendResult => ({
    bytes: 'complete',
    head: Buffer.alloc(0),
    beyond: Buffer.alloc(0),
    wasCut: false,
    ...received(body, status, headers),
  });

  const vendor = {
    manners: GOOD,
    listing,
    over: (process: Process): Pick<Vendor, 'account' | 'order' | 'ownedNumbers'> => ({
      account: () => null,
      // What the program sends holds the order's id as well; the wire would leave it out.
      order: (request, gate) => order(process, request as Claimed, gate),
      ownedNumbers: () => readList({ world, books, process, listing: vendor.listing }),
    }),
  };
  return vendor;
}
