import fc from 'fast-check';
import { expect, test } from 'vitest';
import { annotatePlan, checkPlan } from '../../src/plan/index.ts';
import { linesOf, planFile } from './plan-file.ts';

const WORDS = [
  ...['area_code', 'quantity', 'type', 'Quantity (max 25)', 'toll free', 'fault', 'Fault', 'line'],
  ...['212', '(415)', '5', '0', 'tollfree', 'Total', '="212"', '"=""5"""', "'212", '-415'],
  ...['12-Feb'],
  ...['"a\nb"', '"x""y"', '"', '""', '="', '=""', '"="', '{"', '[1', '<html>', 'sep=;', '@x', ''],
  ...['\u00a0', '\u202e', '\ufeff', '\x1a', '\0', '\x1b[2J', '😀', '\ud83d', '__proto__'],
];
const SEPARATORS = [',', ';', '\t', '|', '\n', '\r\n', '\r'];

const text = fc
  .array(fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom(',', ',', ',', ...SEPARATORS)), {
    maxLength: 40,
  })
  .map((parts) => parts.flat().join(''));
const plan = fc
  .tuple(text, fc.array(fc.constant('212,5'), { maxLength: 3 }))
  .map(([before, rows]) => `${before}\narea_code,quantity\n${rows.join('\n')}`);
const file = fc.oneof(
  text.map((each) => Buffer.from(each)),
  plan.map((each) => Buffer.from(each)),
  text.map((each) => Buffer.from(`\ufeff${each}`, 'utf16le')),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

// What could steer a terminal, or show a text in another order than it has.
const STEERS = /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

test('any file gives only errors, and annotating it changes no line', async () => {
  await fc.assert(
    fc.asyncProperty(file, async (bytes) => {
      const path = await planFile(bytes);
      const check = await checkPlan(path);
      for (const { message } of [...check.faults, ...check.warnings]) {
        expect(message).not.toMatch(STEERS);
      }
      if (check.faultCount === 0) {
        const lines = await linesOf(path);
        expect(lines).toHaveLength(check.lines);
        for (const { extra } of lines) expect(extra).toHaveLength(check.extraColumns.length);
      }
      const isMended = await annotatePlan(path, `${path}.m`).catch((error) => {
        expect(error).toMatchObject({ code: 'bad_file' });
        return null;
      });
      if (isMended === null) return;
      const { rows, faultyRows, lines, extraColumns } = check;
      const again = await checkPlan(`${path}.m`);
      expect(again).toMatchObject({ rows, faultyRows, lines });
      expect(again.extraColumns).toHaveLength(extraColumns.length);
    }),
    { numRuns: 300 },
  );
});
