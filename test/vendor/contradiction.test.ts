/**
 * Answers whose parts disagree. Only an answer whose every part says so proves that nothing was
 * bought.
 */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/vendor/answer/answer.ts';
import type { RefusalRule } from '../../src/vendor/answer/refusals.ts';
import { judged } from './judged.ts';
import { SEED_ORDER } from './order.ts';
import { failure, numbersFrom, page, SEED_ANSWER, sale } from './seed-answer.ts';

const outcome = (...args: Parameters<typeof judged>) => judged(...args).outcome;

describe('status 200 with "failed" is doubt with', () => {
  const CLAIMED = '3 were claimed';
  const hidden = (text: string) => failure('No numbers available').replace('<result>', text);

  it.each([
    ['a number', failure('No numbers available. You got 2125550100')],
    ['a number in dashes', failure('Denied: 212-555-0100')],
    ['a number spelled in references', failure('Denied: &#50;125550100')],
    ['a number in CDATA', failure('<![CDATA[+1 (212) 555-0100]]>')],
    ['a number to call', failure('Invalid access key, call 1-800-555-1234')],
    ['a number in a comment', hidden('<!-- 2125550100 --><result>')],
    ['a number in an attribute', hidden('<result number="212-555-0100">')],
    ['a number in an instruction', hidden('<?sold 2125550100?><result>')],
    ['a number in the document type', `<!DOCTYPE r [<!-- 2125550100 -->]>${failure('Denied')}`],
    ['success in an attribute', hidden('<result was="success">')],
    ['an order in a comment', hidden('<!-- order placed --><result>')],
    ['an order that is placed', failure('Order placed')],
    ['an order on its way, for want of stock', failure('No numbers available: order pending')],
    ['an order on its way, in haste', failure('Too many requests, yours is queued')],
    ['an order on its way, with bad keys', failure('Access denied; order is being processed')],
    ['a number in a comment after its end', `${failure('Denied')}<!-- 2125550100 -->`],
    ['an order in a comment after its end', `${failure('Denied')}<!-- order placed -->`],
    ['an order spelled in references', hidden('<!-- order &#112;laced --><result>')],
    ['words that nobody knows', failure(`No numbers available; ${CLAIMED}`)],
    ['such words in a comment', hidden(`<!-- ${CLAIMED} --><result>`)],
    ['such words in an attribute', hidden(`<result info="${CLAIMED}">`)],
    ['such words after a sign in an attribute', hidden(`<result info="a>${CLAIMED}">`)],
    ['such words in an instruction', hidden(`<?info ${CLAIMED}?><result>`)],
    ['such words in the declaration', `<?xml version="1.0" ${CLAIMED}?>${hidden('<result>')}`],
    ['such words before its beginning', `<!-- ${CLAIMED} -->${hidden('<result>')}`],
    ['such words after its end', `${hidden('<result>')}<!-- ${CLAIMED} -->`],
  ])('%s', (_title, body) => {
    const { outcome, what } = judged(200, body);
    expect({ outcome, what }).toEqual({
      outcome: 'unknown',
      what: expect.stringMatching(/^The answer is unclear: it says failed, (?:but|in words) /),
    });
  });

  it.each([
    ['a declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${hidden('<result>')}`],
    ['its document type', SEED_ANSWER.replace(/<response>[\s\S]*/, hidden('<result>'))],
    ['words that are known', hidden('<!-- try again later, error 12 --><result>')],
    ['its text in CDATA', failure('<![CDATA[No numbers available]]>')],
    ['an escape in its text', failure('No numbers available &amp; &quot;try again later&quot;')],
  ])('none of these, but %s', (_title, body) => expect(outcome(200, body)).toBe('short'));

  it('two documents, in either order', () => {
    const sold = SEED_ANSWER.slice(SEED_ANSWER.indexOf('<response>'));
    expect(outcome(200, failure('No numbers available') + sold)).toBe('unknown');
    expect(outcome(200, sold + failure('No numbers available'))).toBe('unknown');
    expect(outcome(200, `${sold}<b>Fatal error</b>`)).toBe('unknown');
    expect(outcome(200, gzipSync(SEED_ANSWER))).toBe('unknown');
    expect(outcome(200, `\ufeff${SEED_ANSWER}`)).toBe('filled');
  });

  it('a number, whatever rule an operator has', () => {
    const text = 'No numbers available, call 800-555-1234';
    const rules: RefusalRule[] = [{ match: text, means: 'stock' }];
    expect(outcome(200, failure(text), { rules })).toBe('unknown');
  });

  it('an order, unless an operator has a rule for exactly these words', () => {
    const text = 'Your order is being processed elsewhere';
    expect(outcome(200, failure(text), { rules: [{ match: text, means: 'stock' }] })).toBe('short');
    expect(outcome(200, failure(text), { rules: [{ match: 'elsewhere', means: 'stock' }] })).toBe(
      'unknown',
    );
  });
});

describe('a field of the head', () => {
  const answers: [number, string][] = [
    [200, failure('No numbers available')],
    [429, ''],
  ];

  it.each<Record<string, string>>([
    { 'x-status': 'purchased 2125550100' },
    { 'x-purchased': '2125550100, 2125550101' },
  ])('is doubt as %j', (headers) => {
    for (const [status, body] of answers) {
      expect(outcome(status, body, { headers })).toBe('unknown');
    }
    expect(outcome(200, SEED_ANSWER, { headers })).toBe('filled');
  });

  it.each<Record<string, string>>([
    { 'x-request-id': '2839201938' },
    { nel: '{"success_fraction":0,"report_to":"cf-nel","max_age":604800}' },
  ])('is none as %j', (headers) => {
    const outcomes = answers.map(([status, body]) => outcome(status, body, { headers }));
    expect(outcomes).toEqual(['short', 'throttled']);
  });
});

describe('an answer that is unknown', () => {
  it('says how many numbers it names, and keeps 25', () => {
    const numbers = numbersFrom(3125550100);
    const { body, what } = judged(500, sale(numbers));
    expect(what).toContain('names 25 phone numbers');
    expect(body).toBe(sale(numbers));
    expect(judged(500, sale(['2125550100'])).what).toContain('names 1 phone number.');
  });

  it.each([
    { 'content-encoding': 'constructor' },
    { 'content-type': 'text/xml; charset=constructor' },
  ])('is one in a way that the program does not know, %j, and is kept', (headers) => {
    expect(judged(200, SEED_ANSWER, { headers })).toMatchObject({
      outcome: 'unknown',
      body: SEED_ANSWER,
      what: expect.stringMatching(/unknown way|does not read/),
    });
  });

  it('is one that the program fails to read, and is kept', () => {
    const fail = (): never => {
      throw new Error('a bug');
    };
    const body = Buffer.from(failure('Denied'));
    const none = { head: Buffer.alloc(0), beyond: Buffer.alloc(0), wasCut: false };
    const sent = { bytes: 'complete', status: 200, headers: {}, body, ...none } as const;
    const failing = (by: Parameters<typeof judge>[2]) => judge(sent, SEED_ORDER, by);
    expect(failing({ meaningOf: fail, scrub: (text) => text })).toMatchObject({
      outcome: 'unknown',
      status: 200,
      body: failure('Denied'),
    });
    expect(failing({ meaningOf: fail, scrub: fail })).toMatchObject({
      outcome: 'unknown',
      status: 200,
      body: null,
    });
  });
});

describe('proof of nothing', () => {
  const RUNS = { seed: 20_261_126, numRuns: 3_000 };
  const PROOFS = ['short', 'refused', 'credentials', 'throttled'];
  const number = fc.integer({ min: 2_000_000_000, max: 9_999_999_999 }).map(String);
  const gap = fc.constantFrom('', '-', '.', ' ', ') ', '/', ' - ');
  const written = fc
    .tuple(fc.constantFrom('', '+1', '1', '+1 (', '1-', '001'), number, gap, gap)
    .map(
      ([first, ten, a, b]) =>
        first + [ten.slice(0, 3), a, ten.slice(3, 6), b, ten.slice(6)].join(''),
    );
  const carrier = fc.constantFrom<[number, string]>(
    [200, failure('No numbers available')],
    [200, failure('Invalid access key')],
    [200, failure('Too many requests')],
    [200, failure('Other').replace('<result>', '<!-- none --><result a="b">')],
    [429, failure('Too many requests')],
    [429, page('<p class="a">Too many requests</p>')],
    [429, 'Too many requests'],
    [429, '{"error":"Too many requests"}'],
    [429, '<fault code="900">Too many requests</fault>'],
  );

  it('is no answer that names a phone number, anywhere and in any form', () => {
    const place = fc.nat(300);
    fc.assert(
      fc.property(carrier, written, place, ([status, body], text, at) => {
        const from = at % (body.length + 1);
        const parts = [body.slice(0, from), body.slice(from)];
        const given = judged(status, parts.join(` ${text}; `));
        expect(PROOFS).not.toContain(given.outcome);
      }),
      RUNS,
    );
  });

  it('is no answer with a piece of a sale in it, anywhere', () => {
    const bytes = fc.tuple(fc.nat(300), fc.nat(SEED_ANSWER.length), fc.nat(SEED_ANSWER.length));
    fc.assert(
      fc.property(carrier, bytes, ([status, body], [at, one, other]) => {
        const piece = SEED_ANSWER.slice(Math.min(one, other), Math.max(one, other));
        fc.pre(/<number>\d{10}<|success/.test(piece));
        const from = at % (body.length + 1);
        const given = judged(status, body.slice(0, from) + piece + body.slice(from));
        expect(PROOFS).not.toContain(given.outcome);
      }),
      RUNS,
    );
  });

  it('is each of these answers without a change', () => {
    fc.assert(fc.property(carrier, ([status, body]) => PROOFS.includes(outcome(status, body))));
  });
});
