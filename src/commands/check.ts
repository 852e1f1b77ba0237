import type { Command } from 'commander';
import { areaCodesFor } from '../config/index.ts';
import { count, counted } from '../english.ts';
import { keepMemoryFlat } from '../memory.ts';
import { annotatePlan, checkDocument, checkPlan, type PlanCheck } from '../plan/index.ts';
import {
  answer,
  DEFAULT_QUANTITY,
  type Defaults,
  defaultsOf,
  examples,
  howToMend,
  inColour,
  KEEP_TRYING,
  type Line,
  listNotes,
  openInput,
  say,
  shellWord,
  table,
} from '../terminal/index.ts';

type Options = { json?: true; mend?: string } & Defaults;

export function addCheck(program: Command): void {
  program
    .command('check')
    .argument('<plan.csv>', 'a file, or - for standard input')
    .description('check a plan; changes nothing')
    .option('--mend <file>', 'write a copy with a column "fault", to correct it')
    .option(...DEFAULT_QUANTITY)
    .option(...KEEP_TRYING)
    .addHelpText('after', examples('check plan.csv', 'check plan.csv --mend mended.csv'))
    .action(async (path: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      keepMemoryFlat();
      const reading = defaultsOf(options);
      await using input = await openInput(path);
      const areaCodes = await areaCodesFor();
      const check = await checkPlan(input.path, { ...reading, areaCodes });
      answer(options.json, checkDocument(check), () => describeCheck(input.name, check));
      if (options.mend) {
        const { faultyRows } = await annotatePlan(input.path, options.mend, {
          ...reading,
          areaCodes,
        });
        say(
          `${options.mend} is a copy with a column "fault": ${counted(faultyRows, 'row')} ` +
            `to mend. Then: "check ${shellWord(options.mend)}"`,
        );
      } else if (check.faultCount > 0 && !options.json) {
        say(howToMend(path));
      }
      process.exitCode = check.faultCount > 0 ? 1 : 0;
    });
}

function describeCheck(path: string, check: PlanCheck): Line[] {
  const { lines, orders, numbers, slots, faultCount, warningCount, extraColumns } = check;
  const sums = [counted(lines, 'line'), counted(orders, 'order'), counted(numbers, 'number')];
  const types = Object.entries(check.types).filter(([, sum]) => sum.lines > 0);
  const head = ['type', 'lines', 'orders', 'numbers'];
  const rows = types.map(([type, sum]) => [type, sum.lines, sum.orders, sum.numbers]);
  return [
    `${path}: ${sums.join(', ')}.${faultCount === 0 ? ' No errors.' : ''}`,
    ...(rows.length > 0 ? table(head, rows) : []),
    ...areaCodeTable(check),
    ...ladderLines(check),
    ...(slots > 0 ? [`Slots, bought as well: ${count(slots)}.`] : []),
    ...(extraColumns.length > 0 ? [`Copied to the results: ${copied(check)}.`] : []),
    ...(warningCount > 0
      ? [
          inColour(`${counted(warningCount, 'warning')}:`, 'missing'),
          ...listNotes(check.warnings, warningCount),
        ]
      : []),
    ...(faultCount > 0
      ? [
          inColour(`${counted(faultCount, 'error')}. Nothing can be bought yet:`, 'unknown'),
          ...listNotes(check.faults, faultCount),
        ]
      : [`To buy it: "order ${shellWord(path)}"`]),
  ];
}

const AREA_CODES_SHOWN = 20;

function areaCodeTable({ areaCodes }: PlanCheck): Line[] {
  if (areaCodes.length === 0) return [];
  const more = areaCodes.length - AREA_CODES_SHOWN;
  const rows = areaCodes
    .slice(0, AREA_CODES_SHOWN)
    .map(({ areaCode, place, lines, numbers }) => [
      areaCode,
      place ?? 'not assigned',
      lines,
      numbers,
    ]);
  return [
    ...table(['area code', 'place', 'lines', 'numbers'], rows),
    ...(more > 0 ? [`  … and ${counted(more, 'area code')} more`] : []),
  ];
}

const LADDERS_SHOWN = 20;

/** What lines may buy in place of their own numbers, and which ask again. */
function ladderLines({ ladders, ladderWords, fallbackLines, keepTryingLines }: PlanCheck): Line[] {
  const shown = ladderWords.slice(0, LADDERS_SHOWN);
  const more = ladders.length - shown.length;
  return [
    ...(shown.length > 0 ? [`May be bought instead, by ${counted(fallbackLines, 'line')}:`] : []),
    ...shown.map((words) => `  ${words}`),
    ...(more > 0 ? [`  … and ${counted(more, 'ladder')} more`] : []),
    ...(keepTryingLines > 0
      ? [`What is lacking is asked for again, by ${counted(keepTryingLines, 'line')}.`]
      : []),
  ];
}

/** The extra columns, with their names in the results where these differ. */
function copied({ extraColumns, resultColumns }: PlanCheck): string {
  const named = extraColumns.map((name, at) =>
    resultColumns[at] === name ? name : `${name} (as ${resultColumns[at]})`,
  );
  return named.join(', ');
}
