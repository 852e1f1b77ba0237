import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { inApiWords } from '../../src/web/api/words.ts';
import { newPlan } from '../support/plans.ts';
import { FORM_END, FORM_TYPE, fieldPart, fileHead, filePart } from './multipart.ts';
import { press } from './pages-forms.ts';
import { ask, codeOf, newCsv, post, send, siteOfFile, submitted } from './site.ts';

const { given, site } = siteOfFile();
let id: number;
beforeAll(async () => {
  id = await submitted(site);
});

const FORM_HEAD = { 'content-type': FORM_TYPE };
const multipart = (body: string) => send(site, '/api/plans', body, FORM_HEAD);

const complaints = () => site.log.lines.filter(({ level }) => level >= 50);

describe('a text that no database can keep is refused in a sentence', () => {
  const NUL = 'a\0b';
  test.each<[string, () => ReturnType<typeof ask>]>([
    ['as a name, in JSON', () => post(site, `/api/plans/${id}/cancel`, { by: NUL, why: 'x' })],
    ['as a reason, in JSON', () => post(site, '/api/accounts/sandbox/pause', { why: NUL })],
    ['as half of a character', () => post(site, `/api/plans/${id}/cancel`, { why: 'a\ud800' })],
    ['as a search', () => ask(site, '/api/plans?search=%00')],
    ['as a line to look for', () => ask(site, `/api/plans/${id}/lines?search=%00`)],
    ['as a plan’s name', () => send(site, '/api/plans?name=%00', newCsv())],
    [
      'in a form with a file',
      () => multipart(fieldPart('by', NUL) + filePart(newCsv()) + FORM_END),
    ],
    ['as a search, on a page', () => ask(site, '/?q=%00')],
    ['as a line, on a page', () => ask(site, `/plans/${id}?q=%00`)],
    ['as a name, on a page', () => press(site, `/plans/${id}/cancel`, { by: NUL, why: 'x' })],
    [
      'as a reason, on a page',
      () => press(site, '/accounts/sandbox/pause', { by: 'Ada', why: NUL }),
    ],
  ])('%s', async (_, asked) => {
    const { status, text } = await asked();
    expect(status).toBe(400);
    expect(text).toMatch(/U\+0000|half of a character/);
    expect(complaints()).toEqual([]);
  });
});

describe('an upload', () => {
  test.each([
    ['a form without its end', filePart(newCsv()).slice(0, -2)],
    ['a form that is none', 'area_code,quantity\n212,1\n'],
    ['a form whose part has no end of its head', fileHead().slice(0, -4)],
  ])('as %s is its sender’s fault', async (_, body) => {
    expect(codeOf(await multipart(body))).toEqual([400, 'invalid_usage']);
    expect(complaints()).toEqual([]);
  });

  test.each([
    ['of two files', filePart(newCsv()) + filePart(newCsv()), 413, /^One file at a time: /],
    ['of many fields', fieldPart('a', 'b').repeat(30), 413, /^The form has more fields than /],
    ['of a strange field', fieldPart('toString', 'b'), 400, /^The form has a field whose name /],
    [
      'of a field that is no JSON',
      fieldPart('name', '{').replace('\r\n\r\n', '\r\nContent-Type: application/json\r\n\r\n'),
      406,
      /^A field of the form is not JSON/,
    ],
  ])('as a form %s is refused in our own words', async (_, parts, status, words) => {
    const answer = await multipart(parts + filePart(newCsv()) + FORM_END);
    expect(answer.json.error.message).toMatch(words);
    expect(answer.status).toBe(status);
    const page = await send(site, '/plans', filePart(newCsv()) + parts + FORM_END, FORM_HEAD);
    expect(page.text).toMatch(new RegExp(words.source.slice(1)));
    expect(readdirSync(site.uploadsFolder)).toEqual([]);
  });
});

describe('what is sent in another form', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  const TEXT = { 'content-type': 'text/plain' };
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  test.each([
    ['a list of lists', 'POST', '/api/unknown/accept', JSON_TYPE, nested(20_000)],
    ['a name of lists', 'POST', '/api/plans/1/pause', JSON_TYPE, `{"by":${nested(7_900)}}`],
    ['a name that no text has', 'DELETE', '/api/tokens/%00', {}, undefined],
    ['the text of a form', 'POST', '/plans/1/pause', TEXT, 'by=Ada&why=lunch'],
    ['an empty text', 'POST', '/unknown/10000001/nothing', TEXT, ''],
    ['JSON for a form', 'POST', '/plans/1/pause', JSON_TYPE, '"Ada"'],
    ['a number for a form', 'POST', '/plans/1/start', JSON_TYPE, '5'],
  ])('%s is its sender’s fault', async (_, method, path, headers, body) => {
    const sent = body === undefined ? {} : { body };
    const { status } = await ask(site, path, { method, headers, ...sent });
    expect([400, 415]).toContain(status);
    expect(complaints()).toEqual([]);
  });
});

describe('what is asked for', () => {
  test.each([
    ['filter=zzz', 'In the query, "filter": it must be all or missing or unknown or waiting.'],
    ['limit=1e3', '"limit": it must be a number of rows, a whole number from 1 to 200.'],
    ['limit=', '"limit": it must be a number of rows, a whole number from 1 to 200.'],
    ['limit=0x10', '"limit": it must be a number of rows, a whole number from 1 to 200.'],
    ['limt=5', 'In the query: "limt" is not known here.'],
    ['after=1&after=2', '"after": it must be the number of a line, a whole number from 0'],
    [`search=${'1'.repeat(21)}`, '"search": it must have at most 20 characters.'],
  ])('wrongly by ?%s is explained to its sender', async (query, words) => {
    const { status, json } = await ask(site, `/api/plans/${id}/lines?${query}`);
    expect(status).toBe(400);
    expect(json.error.message).toContain(words);
  });

  test('by a name that no query or body has is refused everywhere', async () => {
    const plan = await newPlan(given.ledger);
    for (const path of [`/api/plans/${plan.id}`, '/api/accounts', '/api/openapi.json'])
      expect((await ask(site, `${path}?verbose=1`)).status, path).toBe(400);
    const { status, json } = await post(site, `/api/plans/${plan.id}/pause`, { wy: 'lunch' });
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: 'The request was not understood. In the body: "wy" is not known here.',
    });
    const two = await post(site, `/api/plans/${plan.id}/pause`, { wy: 'lunch', whoo: 'Ada' });
    expect(two.json.error.message).toContain('"wy" and "whoo" are not known here.');
  });

  test('with values of a wrong kind is refused without the validator’s words', async () => {
    const pause = (body: object) => post(site, `/api/plans/${id}/pause`, body);
    const settle = (body: object) => post(site, '/api/orders/10000001/settle', body);
    const answers = [
      await pause({ by: 7 }),
      await pause([1]),
      await settle({ bought: 'x' }),
      await settle({ nothing: false }),
      await settle({ againstEvidence: 'yes', nothing: true }),
      await settle({ attempt: '1', nothing: true }),
    ];
    for (const { status, json } of answers) {
      expect(status).toBe(400);
      expect(json.error.message).not.toMatch(/Invalid|Expected|received|option/);
    }
  });

  test('as a plan’s page by a number that JavaScript alone would take is nowhere', async () => {
    for (const name of ['1e0', '0x1', '1.0', '+1'])
      expect((await ask(site, `/plans/${name}`)).status, name).toBe(404);
  });

  test('is explained in the API’s names, not in a command’s options', async () => {
    const csv = newCsv();
    await send(site, '/api/plans?account=sandbox', csv);
    const again = await send(site, '/api/plans?account=sandbox', csv);
    expect(again.json.error.message).toMatch(
      /GET \/api\/plans\/\d+; to buy .*, say \?again=true\./,
    );
    const option = 'If you know better, say --against-evidence too, and --why: both are kept.';
    expect(inApiWords(option, {})).toBe(
      'If you know better, say "againstEvidence" too, and "why": both are kept.',
    );
    expect(inApiWords(option, { 'user-agent': 'bulk-order' })).toBe(option);
    const gone = await ask(site, '/api/plans/987654');
    expect(gone.json.error.message).toBe(
      'There is no plan 987654. GET /api/plans lists the newest ones.',
    );
  });
});
