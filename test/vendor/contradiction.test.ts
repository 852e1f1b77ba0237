/**
 * Answers whose parts disagree. Only an answer whose every part says so proves that nothing was
 * bought.
 */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../src/vendor/answer/answer.ts';
import type { RefusalRule } from '../../src/vendor/answer/refusals.ts';
import { judged } from './judged.ts';
import { SEED_ORDER } from './order.ts';
import { failure, numbersFrom, SEED_ANSWER, sale } from './seed-answer.ts';

const outcome = (...args: Parameters<typeof judged>) => judged(...args).outcome;

const page = (body: string, head = '') =>
  `<!DOCTYPE html>\n<html><head><title>Too Many Requests</title>${head}</head>` +
  `<body><h1>429</h1>${body}</body></html>`;

describe('status 429 is a pause with', () => {
  const nginx =
    '<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n' +
    '<center><h1>429 Too Many Requests</h1></center>\r\n<hr><center>nginx/1.25.3</center>\r\n';
  const code =
    '<style>.success{z-index:2147483647} .pending{color:red}</style>' +
    '<script>var status="pending", at=1700000000, onSuccess=1;</script>';
  const ids = 'Ray ID: <b>8f2345678901c1d2</b> at 2024-05-01 12:30:45 UTC, IP 203.0.113.195';

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['plain words', 'Too Many Requests\n'],
    ["a proxy's page", nginx],
    ["a proxy's page that is cut", nginx.slice(0, 60)],
    ['the code of a page', page('<p class="success" style="z-index: 2147483647">Slow</p>', code)],
    ['ids and times on a page', page(`<p data-at="1700000000123">${ids}</p>`)],
    ["a proxy's comments", `${nginx}<!-- a padding to disable MSIE friendly error page -->`],
    ['a page that wants its rights', page('&copy; 2024 Proxy Ltd. All rights reserved.')],
    ['a page in Latin-1 that does not say so', Buffer.from(page('Trop de requêtes'), 'latin1')],
    ['a page in XHTML', `<?xml version="1.0"?>\n${page('Slow down')}`],
    ['JSON', '{"success":false,"error":{"code":10013,"message":"rate limited"},"at":1700000000}'],
    ['XML', '<?xml version="1.0"?><fault><code>900800</code><text>Throttled out</text></fault>'],
    ['XML with attributes', '<fault id="17" at="12:30">Too many requests</fault>'],
    ['too many orders', page('Too many orders. Wait, in order to be served.')],
    ['a page with an id', page('<p>Request blocked.</p><p>Request ID: 8f2-45a</p>')],
    ["Apache's words", 'The user has sent too many requests in a given amount of time.'],
    ["Django's words", '{"detail":"Request was throttled. Expected available in 30 seconds."}'],
    ['too many orders, in JSON', '{"message":"Too many orders"}'],
    ["a gateway's words", '{"statusCode":429,"message":"Rate limit is exceeded."}'],
    ["Envoy's words", 'local_rate_limited'],
    ["another proxy's words", 'Rate exceeded'],
    ["a middleware's words", 'Too many requests from this IP, please try again later.'],
    ["a service's words", 'You are being rate limited. Retry later'],
    ['a number of requests', 'You have exceeded the number of requests'],
    ['a refusal that asks to wait', failure('Please wait 5 seconds')],
    ['a refusal', failure('Too many requests')],
    ['a refusal for want of stock', failure('No numbers available in 212555')],
  ])('%s', (_title, body) => expect(outcome(429, body)).toBe('throttled'));
});

describe('status 429 is doubt with', () => {
  const UNDER_WAY = [
    'We got your request and are working on it; please do not repeat it.',
    'You asked twice: the first one went through',
    'Your request is being handled. Do not send it again.',
    'Wait, the first one is running',
    'Check your account for your order',
  ];
  /** Names and single words, without a sentence. */
  const FOR_SALE = [
    '{"numbers":["212"]}',
    '{"numbers":3}',
    '{"order":17}',
    '{"order":{"id":"A17"}}',
    '{"orderId":17}',
    '{"orders":1}',
    '{"slots":2}',
    '{"purchase":"ok"}',
    '{"note":"claimed,3,numbers"}',
    '{"claimed":["3"]}',
    '{"claimed":3}',
    '{"error":"Too many orders","order":17}',
    '<order>17</order>',
    '<order id="17"/>',
    '<fault><orders>2</orders></fault>',
    '<fault><title>Too many requests</title><order>17</order></fault>',
  ];
  const SOLD = '<p>212-555-0100</p>';
  const SCRIPT = '<script>a = 1;</script>';

  it.each<[string, string | Buffer]>([
    ['a sale', SEED_ANSWER],
    ['a sale in UTF-16', Buffer.from(`\ufeff${SEED_ANSWER}`, 'utf16le')],
    ['a sale in UTF-16 without its mark', Buffer.from(SEED_ANSWER, 'utf16le')],
    ['a sale behind a mark', `\ufeff${SEED_ANSWER}`],
    ['a sale behind a warning', `<br />\n<b>Warning</b>: slow<br />\n${SEED_ANSWER}`],
    ['a sale in a page', page(SEED_ANSWER)],
    ['a sale that is compressed', gzipSync(SEED_ANSWER)],
    ['a sale of none', sale([], 0)],
    ['a sale in another form', '<data><quantity>1</quantity><id>5551112222</id></data>'],
    ['a number in words', 'Slow down. 212-555-0100 is yours.'],
    ['a number on a page', page('Call (212) 555-0100')],
    ['a number after an empty style', page(SOLD, '<style type="text/css"/>')],
    ['a number after another empty style', page(`${SOLD}<style></style>`, '<style type="a" / >')],
    ['a number after a style that has no end', page(SOLD, '<style>')],
    ['a number after an element of a longer name', page(SOLD, '<style-guide></style-guide>')],
    ['an order after an empty script', page(`<p>Order placed${SCRIPT}`, '<script src="a"/>')],
    [
      'an order after an element of a longer name',
      page('<p>Order placed', '<script-a></script-a>'),
    ],
    ['a number in a comment of a page', page('<!-- 2125550100 -->')],
    ['a number in an attribute of a page', page('<a href="tel:+12125550100">us</a>')],
    ['a number in JSON', '{"error":"slow down","sold":["2125550100"]}'],
    ['success in JSON', '{"success":true}'],
    ['an order that is placed', 'Your order was placed. Too many requests.'],
    ['an order that is placed, on a page', page('<p>Your order is <b>being processed</b>.</p>')],
    ['an order that is placed, in a comment of a page', page('<!-- order placed > now -->')],
    ['an order that is placed, in a title', page('<p title="Your order was placed">Wait</p>')],
    ['a refusal that speaks of an order', failure('Your order is pending')],
    ['numbers that were claimed', 'Too many requests; 3 numbers were claimed'],
    ['numbers on a page', page('<p>Your numbers are on their way</p>')],
    ['a refusal in words that nobody knows', failure('Trois pour vous')],
    ...UNDER_WAY.flatMap((words): [string, string][] => [
      [`"${words}"`, words],
      [`"${words}" on a page`, page(`<p>${words}</p>`)],
      [`"${words}" in JSON`, JSON.stringify({ message: words })],
    ]),
    ...FOR_SALE.map((data): [string, string] => [data, data]),
    ['words that nobody knows', 'Slow down, you have three'],
    ['words that nobody knows, in JSON', '{"message":"Still at your service"}'],
    ['a sale spelled in references, on a page', page('<p>3 &#112;urchased</p>')],
    ['words that nobody knows, in an attribute', '<fault note="Trois pour vous">1</fault>'],
    ['words that nobody knows, in XML', '<fault><text>Trois pour vous</text></fault>'],
    ['a fault on the way', 'Too many requests: upstream did not respond'],
    ['a refusal beside words that nobody knows', `${failure('Wait')}<!-- trois pour vous -->`],
    ['a refusal that speaks of a fault', failure('Internal error. Too many requests')],
    ['a refusal that is cut', failure('Too many requests').slice(0, -9)],
    ['JSON that is cut', '{"error":"slow down","so'],
    ['XML that is cut', '<?xml version="1.0"?><data><qua'],
    ['too much', page('x'.repeat(66_000))],
    ['bytes that are no text', Buffer.from([0x80, 0x01, 0xff, 0x00])],
  ])('%s', (_title, body) => {
    expect(judged(429, body, { headers: { 'retry-after': '7' } })).toMatchObject({
      outcome: 'unknown',
      numbers: [],
      retryAfterMs: null,
      what: expect.stringMatching(/^The vendor asks for a pause, but its body /),
    });
  });

  it('a body that is said to be compressed', () => {
    const headers = { 'content-encoding': 'br' };
    expect(outcome(429, brotliCompressSync(SEED_ANSWER), { headers })).toBe('unknown');
    expect(outcome(429, 'Too Many Requests', { headers })).toBe('unknown');
    const plain = { 'content-encoding': 'identity' };
    expect(outcome(429, 'Too Many Requests', { headers: plain })).toBe('throttled');
  });

  it('any beginning of a sale', () => {
    for (let length = 1; length < SEED_ANSWER.length; length += 1) {
      expect(outcome(429, SEED_ANSWER.slice(0, length)), `first ${length}`).toBe('unknown');
    }
  });
});

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
