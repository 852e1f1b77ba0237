import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Decoded, decode } from '../../src/vendor/answer/decode.ts';
import { readMeanings } from '../../src/vendor/answer/refusals.ts';
import { failure, numbersFrom, SEED_ANSWER, SEED_NUMBERS, sale } from './seed-answer.ts';

const meaningOf = readMeanings();
const read = (body: string | Buffer, contentType: string | null = null, asked = 25): Decoded =>
  decode(Buffer.from(body as string), contentType, asked, meaningOf);

const SOLD: Decoded = { says: 'sold', numbers: SEED_NUMBERS };
const numbers = (count: number) => numbersFrom(2125550100, count);

describe('a sale', () => {
  it("is the vendor's example", () => expect(read(SEED_ANSWER)).toEqual(SOLD));

  it.each([1, 2, 25])('of %i numbers keeps them in order', (count) => {
    expect(read(sale(numbers(count)), null, count)).toEqual({
      says: 'sold',
      numbers: numbers(count),
    });
  });

  it.each([
    ['without its document type', SEED_ANSWER.replace(/<!DOCTYPE[\s\S]*?\]>/, '')],
    ['without its declaration', SEED_ANSWER.replace(/<\?xml.*\?>\n/, '')],
    ['in one line', SEED_ANSWER.replace(/\n */g, '')],
    ['with CRLF', SEED_ANSWER.replaceAll('\n', '\r\n')],
    ['with blank lines behind', `${SEED_ANSWER}\n\n \t\r\n`],
    ['with blanks around the values', SEED_ANSWER.replace(/>(\w+)</g, '> $1\n<')],
    ['with CDATA', SEED_ANSWER.replace('5551112222', '<![CDATA[5551112222]]>')],
  ])('is read %s', (_title, body) => expect(read(body)).toEqual(SOLD));

  it.each([
    ['more numbers than asked for', sale(numbers(3)), 2],
    ['a quantity above the count', sale(numbers(3), 4)],
    ['a quantity below the count', sale(numbers(3), 2)],
    ['quantity 0 and numbers', sale(numbers(3), 0)],
    ['quantity 0 and no numbers', sale([], 0)],
    ['quantity 1 and no numbers', sale([], 1)],
    ['an empty quantity', sale(numbers(1), '')],
    ['quantity 03', sale(numbers(3), '03')],
    ['quantity 3.0', sale(numbers(3), '3.0')],
    ['quantity 0x3', sale(numbers(3), '0x3')],
    ['quantity +3', sale(numbers(3), '+3')],
    ['no quantity', SEED_ANSWER.replace(/<quantity>.*/, '')],
    ['two quantities', SEED_ANSWER.replace(/<quantity>.*/, '$&$&')],
    ['a number twice', sale(['2125550100', '2125550100'])],
    ['a number of nine digits', sale(['212555010'])],
    ['a number of eleven digits', sale(['12125550100'])],
    ['a number with a plus', sale(['+2125550100'])],
    ['a number with dashes', sale(['212-555-0100'])],
    ['a number that begins with 0', sale(['0125550100'])],
    ['a number that begins with 1', sale(['1125550100'])],
    ['a number in other digits', sale(['２125550100'])],
    ['an empty number', sale([''])],
    ['an element in a number', sale(['<b>2125550100</b>'])],
    ['an unknown entity in a number', sale(['212&x;5550100'])],
    ['a word that it does not use', SEED_ANSWER.replace('>success<', '>ok<')],
    ['its word in capitals', SEED_ANSWER.replace('>success<', '>Success<')],
    ['its word twice', SEED_ANSWER.replace(/<result>.*/, '$&$&')],
    ['no word', SEED_ANSWER.replace(/<result>.*/, '')],
    ['an element more', SEED_ANSWER.replace('<quantity>', '<order>1</order><quantity>')],
    ['an element more at the top', SEED_ANSWER.replace('<result>', '<id>1</id><result>')],
    ['text among its elements', SEED_ANSWER.replace('<numbers>', 'oops<numbers>')],
    ['a number in a comment, and fewer than asked for', `${SEED_ANSWER}<!-- 2125550103 -->`],
    ['a number in an attribute, and fewer', SEED_ANSWER.replace('<numbers', '$& x="2125550103"')],
    ['two lists', SEED_ANSWER.replace(/<numbers>[\s\S]*<\/numbers>/, '$&$&')],
    ['two answers in it', `${SEED_ANSWER}${SEED_ANSWER.replace(/^[\s\S]*\]>/, '')}`],
    ['another root', SEED_ANSWER.replaceAll('response>', 'answer>')],
    ['an element before it', SEED_ANSWER.replace('<response>', '<a/><response>')],
    ['text behind it', `${SEED_ANSWER} ok`],
    ['text before it', `ok ${SEED_ANSWER}`],
  ])('with %s proves nothing', (_title, body, asked = 25) => {
    expect(read(body, null, asked).says).toBe('unclear');
  });
});

it('a sale of all may say more, and one of fewer may not', () => {
  for (const more of ['<!-- 800-555-0199 -->', `<!-- ${SEED_NUMBERS} -->`, '<?more?>']) {
    const body = SEED_ANSWER.replace('<numbers>', `${more}<numbers>`);
    expect(read(body, null, 3)).toEqual(SOLD);
    expect(read(body, null, 4).says).toBe('unclear');
  }
});

describe('a refusal', () => {
  it('keeps its text word for word', () => {
    expect(read(failure(' Tom &amp; Jerry said\n "no" '))).toEqual({
      says: 'failed',
      means: 'refused',
      text: 'Tom & Jerry said\n "no"',
      isPlain: false,
    });
  });

  it.each(['error', 'failure', 'fail', 'Failed', 'FAILED', 'denied', 'failed.', 'succes', ''])(
    'with the word "%s" is none: only "failed" is proven',
    (word) => expect(read(failure('no').replace('failed', word)).says).toBe('unclear'),
  );

  it.each([
    ['an empty text', failure('')],
    ['only blanks', failure(' \n ')],
    ['an element in its text', failure('no <b>numbers</b>')],
    ['a list of numbers', sale(numbers(1)).replace('success', 'failed')],
    ['no text', '<response><result>failed</result></response>'],
    ['two texts', failure('a</result_description><result_description>b')],
    ['an element more', failure('a').replace('<result>', '<x/><result>')],
    ['text outside its elements', failure('a').replace('<result>', 'x<result>')],
  ])('with %s proves nothing', (_title, body) => expect(read(body).says).toBe('unclear'));
});

describe('hostile XML', () => {
  const doctype = (inside: string) =>
    SEED_ANSWER.replace(/<!DOCTYPE[\s\S]*?\]>/, `<!DOCTYPE response ${inside}>`);

  it.each([
    [
      'an entity that spells success',
      doctype('[<!ENTITY s "success">]').replace('>success<', '>&s;<'),
    ],
    ['entities in entities', doctype('[<!ENTITY a "1"><!ENTITY b "&a;&a;">]')],
    ['an outside entity', doctype('[<!ENTITY a SYSTEM "file:///etc/passwd">]')],
    ['a parameter entity', doctype('[<!ENTITY % p "x"> %p;]')],
    ['great depth', `${'<a>'.repeat(9_000)}${'</a>'.repeat(9_000)}`],
    ['great depth inside the answer', failure(`${'<a>'.repeat(99)}x${'</a>'.repeat(99)}`)],
    ['an open CDATA', failure('<![CDATA[no')],
    ['an open document type', '<!DOCTYPE response ['],
    ['an element named __proto__', failure('x').replace('<result>', '<__proto__/><result>')],
    ['a NUL', failure('no\u0000numbers')],
    ['a control character', failure('no \u0007')],
    ['crossed end tags', '<response><result>failed</response></result>'],
    ['wrong end tags', failure('x').replace('</result>', '</number>')],
    ['only blanks', ' '.repeat(60_000)],
    ['many attributes', `<response ${'a="1" '.repeat(9_000)}/>`],
    ['more than 64 kB', failure('x'.repeat(66_000))],
    ['nothing', ''],
    ['JSON', '{"result":"failed"}'],
    ['HTML', '<!doctype html><html><body><h1>failed</h1></body></html>'],
  ])('with %s proves nothing', (_title, body) => expect(read(body).says).toBe('unclear'));

  it('is unclear in words that do not quote it', () => {
    const canary = 'canary';
    for (const body of [`<${canary}`, `<${canary}/>`, `${canary}`, failure(`<${canary}/>`)]) {
      expect(JSON.stringify(read(body))).not.toContain(canary);
    }
  });
});

const UNKNOWN = 'it names an encoding that this program does not read';

describe('characters', () => {
  const text = 'no número';
  const body = `<?xml version="1.0" encoding="ISO-8859-1"?>${failure(text)}`;
  const utf16 = Buffer.from(`\ufeff${failure(text)}`, 'utf16le');

  it.each<[string, string | Buffer, string | null]>([
    ['UTF-8 by default', failure(text), null],
    ['UTF-8 with a mark', `\ufeff${failure(text)}`, 'text/xml; charset=iso-8859-1'],
    ['UTF-8 by header, against the declaration', body, 'text/html; charset="UTF-8"'],
    ['Latin-1 by declaration', Buffer.from(body, 'latin1'), 'text/xml'],
    ['Latin-1 by header', Buffer.from(failure(text), 'latin1'), 'text/xml; Charset=ISO-8859-1'],
    ['UTF-16 by its mark', utf16, 'text/xml'],
    ['UTF-16 the other way round', Buffer.from(utf16).swap16(), 'text/xml'],
  ])('%s are read', (_title, bytes, contentType) => {
    expect(read(bytes, contentType)).toMatchObject({ says: 'failed', text });
  });

  it.each(['utf8', "'UTF-8'", 'ascii', 'latin1', 'ISO_8859-1', 'cp1252'])(
    'are read that are said to be %s',
    (name) => {
      expect(read(failure('no'), `text/xml; charset=${name}`)).toMatchObject({ says: 'failed' });
    },
  );

  it.each<[string, string | Buffer, string | null, string]>([
    [
      'of Latin-1 said to be UTF-8',
      Buffer.from(failure(text), 'latin1'),
      null,
      'its characters are not utf-8',
    ],
    ['of UTF-16 without a mark', utf16.subarray(2), null, 'its characters are not utf-8'],
    ['of UTF-16 only said so', utf16.subarray(2), 'text/xml; charset=utf-16', UNKNOWN],
    ['of half a UTF-16 character', utf16.subarray(0, -1), null, 'are not utf-16le'],
    ['of an encoding outside the list', failure('no'), 'text/xml; charset=shift_jis', UNKNOWN],
    ['of an unknown encoding', failure('no'), 'text/xml; charset=x-unknown', UNKNOWN],
    ['of a declared encoding outside it', body.replace('ISO-8859-1', 'UTF-7'), null, UNKNOWN],
    ['that are compressed', gzipSync(failure('no')), null, 'it is compressed (gzip) and does not'],
    ['that XML forbids', failure('no\u0001'), null, 'has characters that XML does not allow'],
  ])('%s prove nothing, and the cause is named', (_title, bytes, contentType, why) => {
    expect(read(bytes, contentType)).toEqual({
      says: 'unclear',
      why: expect.stringContaining(why),
    });
  });

  it.each([
    ['blank lines before it', `\r\n\n${body}`],
    ['blank lines after it', `${body}\n \n`],
    ['a mark and a blank line', `\ufeff\n${body}`],
    ['a comment after it', `${body}<!-- served by web-3 -->`],
    ['two comments after it', `${body}\n<!-- a -->\n<!-- b - c -->\n`],
  ])('with %s are those of the answer', (_title, wrapped) => {
    expect(read(wrapped, 'text/xml; charset=utf-8')).toMatchObject({ says: 'failed', text });
  });

  it.each([
    ['a comment that is cut', `${body}<!-- served by`],
    ['a comment that holds another', `${body}<!-- a <!-- b -->`],
    ['a second document after it', `${body}${failure('no')}`],
    ['an end only in a comment', `${body.replace('</response>', '')}<!-- </response> -->`],
  ])('with %s prove nothing', (_title, wrapped) => {
    expect(read(wrapped, 'text/xml; charset=utf-8').says).toBe('unclear');
  });
});
