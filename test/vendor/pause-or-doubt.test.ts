/** Status 429 asks for a pause, and proves that nothing was bought only if its body agrees. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judged } from './judged.ts';
import { failure, page, SEED_ANSWER, sale } from './seed-answer.ts';

const outcome = (...args: Parameters<typeof judged>) => judged(...args).outcome;

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
