/**
 * A sale of fewer numbers than asked. What it lacks is bought elsewhere, so an answer that says
 * anywhere that it is a part of the sale leaves the order unknown.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '../../src/vendor/index.ts';
import { type Beside, judged } from './judged.ts';
import { failure, numbersFrom, SEED_ANSWER, sale } from './seed-answer.ts';

const TEN = numbersFrom(2125550100, 10);
const PART = sale(TEN);

const asked = { search: '212', fillQuantity: false };
const answer = (text: string, quantity = 25, beside: Beside = {}) =>
  judged(200, text, { ...beside, order: { ...asked, quantity, ...beside.order } });

const isUnknown = (text: string, head?: Beside) => {
  expect(answer(text, 25, head)).toMatchObject({
    outcome: 'unknown',
    numbers: [],
    what: expect.stringContaining('names 10 phone numbers'),
    body: expect.stringContaining(text.trim()),
  });
  // All that was asked for cannot be a part.
  expect(answer(text, 10, head)).toMatchObject({ outcome: 'filled', numbers: TEN });
};

describe('a sale of fewer numbers is believed', () => {
  it.each<[string, string, Beside?]>([
    ['alone', PART],
    ['in one line', PART.replace(/\n */g, '')],
    ['without its document type', PART.replace(/<!DOCTYPE[\s\S]*?\]>/, '')],
    ['in another encoding', PART.replace('UTF-8', 'us-ascii')],
    ['with CDATA', PART.replace('2125550100', '<![CDATA[2125550100]]>')],
    [
      'with a field of any server',
      PART,
      { headers: { 'accept-ranges': 'bytes', server: 'nginx' } },
    ],
    ['with fields of proxies', PART, { headers: { 'x-upstream-status': '200', via: 'gateway' } }],
    ['with an id', PART, { headers: { 'x-request-id': '2839201938' } }],
    ['with words of a network', PART, { headers: { nel: '{"success_fraction":0}' } }],
    ['of an exchange', PART, { order: { search: '212555' } }],
    ['from the area around', PART, { order: { search: '312', distance: 50 } }],
    ['from an overlay', PART, { order: { search: '646555', allowOverlay: true } }],
    ['with a limit', PART, { headers: { 'x-ratelimit-remaining': '3' } }],
  ])('%s', (_title, text, head) => {
    expect(answer(text, 25, head)).toMatchObject({ outcome: 'short', numbers: TEN, body: null });
  });

  it.each<Record<string, string>>([
    { 'report-to': '{"group":"network-errors","max_age":2592000}' },
    { nel: '{"report_to":"network-errors"}' },
    { 'reporting-endpoints': 'orders="/network-errors"' },
    { 'content-security-policy': "default-src 'self'; report-uri /errors/accepted" },
    { 'content-security-policy-report-only': 'report-uri /orders/accepted' },
    { 'set-cookie': 'success=1; state=2' },
    { 'access-control-expose-headers': 'x-order-success' },
    { 'www-authenticate': 'Bearer error_description="internal error"' },
    { 'x-timings': 'state=3; accepted=4' },
  ])('with the field %j', (headers) => {
    expect(answer(PART, 25, { headers })).toMatchObject({ outcome: 'short', numbers: TEN });
  });
});

describe('a sale of fewer numbers is unknown, and keeps them as evidence,', () => {
  it.each<[string, Partial<OrderRequest>]>([
    ['of another area code', { search: '312' }],
    ['of another exchange', { search: '212556' }],
    ['of a local number for a toll-free one', { type: 'tollfree', search: null }],
    ['of toll-free numbers that are no true 800 ones', { type: 'true800', search: null }],
    ['for all or none', { fillQuantity: true }],
  ])('where it may be that of another order: %s', (_title, order) => isUnknown(PART, { order }));

  const insertedAt = (element: string, text: string) => PART.replace(element, text + element);
  it.each([
    ['pages in an attribute', PART.replace('<numbers', '$& page="1" pages="3" total="25"')],
    ['a count in an attribute', PART.replace('<quantity', '$& of="25"')],
    ['a state in an attribute', PART.replace('<result', '$& state="processing"')],
    ['more in a comment at its end', `${PART}<!-- 15 more numbers are being delivered -->`],
    ['more in a comment', insertedAt('<numbers>', '<!-- 15 numbers are pending -->')],
    ['more in a comment before it', insertedAt('<response>', '<!-- 1 of 3 -->')],
    ['a fault in a comment', insertedAt('<numbers>', '<!-- connection lost while purchasing -->')],
    ['plain words in a comment', insertedAt('<numbers>', '<!-- Server busy, try again later -->')],
    ['an instruction', insertedAt('<response>', '<?more pages="2"?>')],
    ['a comment in its document type', PART.replace(' ]>', '<!-- 1 of 3 --> ]>')],
    ['another name in its document type', PART.replace(' ]>', '<!ELEMENT more (#PCDATA)> ]>')],
  ])('with %s', (_title, text) => isUnknown(text));

  it.each<Record<string, string>>([
    { 'x-total-count': '25' },
    { link: '</?page=2>; rel="next"' },
    { 'content-range': 'numbers 0-9/25' },
    { 'x-order-status': 'partial; 15 numbers pending' },
    { 'x-status': 'partial' },
    { 'x-info': 'order accepted' },
    { 'set-cookie': 'success=2125550117' },
    { 'x-error': 'connection lost' },
    { warning: '199 - "time-out while purchasing"' },
  ])('with the field %j', (headers) => isUnknown(PART, { headers }));

  it.each(['Partial, 15 numbers pending', 'Connection lost', 'Call 212-555-0100'])(
    'with the status line 200 %s',
    (words) => isUnknown(PART, { head: `HTTP/1.1 200 ${words}\r\n\r\n` }),
  );

  it('with anything at all between its elements', () => {
    const places = [...PART.matchAll(/(?<=>)/g)].map(({ index }) => index);
    const words = fc
      .stringMatching(/^[\w;:]{1,20}$/)
      .chain((text) =>
        fc.constantFrom(
          `<!--${text}-->`,
          `<?a ${text}?>`,
          text,
          `<${text}/>`,
          `<![CDATA[${text}]]>`,
        ),
      );
    fc.assert(
      fc.property(words, fc.constantFrom(...places), (text, at) => {
        const changed = PART.slice(0, at) + text + PART.slice(at);
        expect(answer(changed).outcome, changed).toBe('unknown');
      }),
      { seed: 20_261_130, numRuns: 2_000 },
    );
  });
});

describe('a refusal for want of stock', () => {
  const none = failure('No numbers available');

  it.each([
    ['No numbers available in 312', '212'],
    ['No numbers available in area code 312-555. Try again in 300 seconds', '212555'],
    ['No numbers available in 212 nxx 556', '212555'],
    ['Numbers in 312 not available', null],
    ['No numbers available in exchange 556', '212555'],
    ['No local numbers available', null],
    ['No toll-free numbers available', '212'],
    ['No numbers available for type canadian', '212'],
  ])('is unknown when it may be that of another order: %s, not %s', (text, search) => {
    const type = search === null ? 'tollfree' : 'local';
    expect(answer(failure(text), 25, { order: { type, search } }).outcome).toBe('unknown');
  });

  it.each([
    ['No numbers available in 212. Try again in 300 seconds (error 429)', '212555'],
    ['No numbers available in 212-555', '212555'],
    ['No numbers available in 212-555', '212'],
    ['No numbers available in exchange 555', '212555'],
    ['No numbers available in NPA 212, NXX 555', '212555'],
    ['No local numbers available', '212'],
    ['No toll free numbers available', null],
    ['No numbers available in area code 212, exchange 555', '212555'],
    ['No numbers available for prefix 555 in area code 212', '212555'],
    ['No numbers available in 800', null],
    ['The requested quantity of 25 is not available', '212'],
  ])('is believed when it may be its own: %s, for %s', (text, search) => {
    const type = search === null ? 'tollfree' : 'local';
    expect(answer(failure(text), 25, { order: { type, search } }).outcome).toBe('short');
  });

  it.each<Record<string, string>>([
    { 'x-order-status': 'completed, 25 numbers purchased' },
    { warning: '199 - "order was processed"' },
    { 'x-result': 'success' },
    { 'x-order-id': '17' },
    { 'x-total-count': '25' },
  ])('is unknown with the field %j', (headers) => {
    expect(answer(none, 25, { headers }).outcome).toBe('unknown');
  });

  it.each<Record<string, string>>([
    { 'x-amzn-errortype': 'TooManyRequestsException' },
    { 'x-error-code': '17' },
  ])('is believed with the field %j', (headers) => {
    expect(answer(none, 25, { headers }).outcome).toBe('short');
  });
});

it("the vendor's example is short when more was asked", () => {
  expect(answer(SEED_ANSWER, 4, { order: { search: '555' } }).outcome).toBe('short');
});
