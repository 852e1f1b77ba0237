import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { check, ENCODERS, lines } from './plan-file.ts';

const encodings = Object.entries(ENCODERS);

test.each(encodings)('%s is read and named', async (name, encode) => {
  const plan = encode('area_code,quantity,city\n212,5,Montréal 東京 😀\n');
  expect((await lines(plan))[0]?.extra).toEqual(['Montréal 東京 😀']);
  expect((await check(plan)).encoding).toBe(name.slice(0, 8).trim().replace(/ .*/, ''));
});

// The pattern is 9 bytes or 4 units long, so of 9 beginnings some cut it at each of its places.
test.each(encodings)('a character cut by a chunk in %s comes out whole', async (_, encode) => {
  const city = 'é東😀'.repeat(500);
  for (let shift = 0; shift < 9; shift++) {
    const plan = `area_code,quantity,city${'x'.repeat(shift)}\r\n${`212,1,${city}\r\n`.repeat(60)}`;
    const read = await lines(encode(plan));
    expect(read).toHaveLength(60);
    expect(new Set(read.map(({ extra }) => extra[0]))).toEqual(new Set([city]));
    expect(read.at(-1)?.line).toBe(61);
  }
});

test('a byte-order mark inside the text is text, also where a chunk begins', async () => {
  const head = 'area_code,quantity,note\n';
  const row = '212,5,a';
  const filling = '\n'.repeat(16 * 1024 - head.length - row.length);
  expect((await lines(`${head}${filling}${row}\ufeffb\n`))[0]?.extra).toEqual(['a\ufeffb']);
});

describe('what is not text in one of these', () => {
  const head = 'area_code,quantity,city\r\n';
  const good = '212,5,Albany\r\n';
  const latin = (text: string) => Buffer.from(head + text, 'latin1');
  const half = Buffer.concat([ENCODERS['utf-16be']!(head + good), Buffer.of(0)]);
  test.each([
    ['windows-1252', latin('212,5,Montr\xe9al\r\n'), 2, 'byte 0xE9 after "212,5,Montr"'],
    ['a bad byte far down', latin(`${good.repeat(9000)}212,5,\xe9\r\n`), 9002, 'byte 0xE9'],
    ["a bad byte at a line's beginning", latin(`${good}\xff12,5,x\r\n`), 3, 'the byte 0xFF'],
    ['a character cut by the end', latin('212,5,\xe6\x9d'), 2, 'byte 0xE6'],
    ['two that are cut by the end', latin('212,5,\xef\xc3'), 2, 'byte 0xEF after "212,5,"'],
    ['one that is cut late', latin('212,5,\xef\xbf\xc3'), 2, 'byte 0xEF after "212,5,"'],
    ['half a pair in UTF-16', ENCODERS['utf-16le']!(`${head}212,5,\ud83d x\r\n`), 2, 'byte 0x3D'],
    ['UTF-16 with half a unit', half, 3, 'byte 0x00'],
    ['UTF-16 without a mark', Buffer.from(head, 'utf16le'), 1, 'NUL'],
    ['a NUL further down', Buffer.from(`${head + good}\0`), 3, 'NUL'],
    ['.xlsx', Buffer.from('PK\x03\x04\x14\0\x06\0'), 1, '.xlsx'],
    ['.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 1, '.xls'],
  ])('%s is an error that says how to save it', async (_, bytes, line, found) => {
    const result = await check(bytes);
    expect(result.faultCount).toBe(1);
    expect(result.faults[0]).toMatchObject({ line, found: expect.stringContaining(found) });
    expect(result.faults[0]?.message).toContain('CSV UTF-8');
    expect(result.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(result.bytes).toBe(bytes.length);
  });

  test('the rows before it are validated', async () => {
    const bytes = latin('212,x,y\n213,5,y\n213,5,\xe9\n');
    expect(await check(bytes)).toMatchObject({ rows: 2, faults: [{ line: 4 }, { line: 2 }] });
  });
});
