import type { Command } from 'commander';
import { numberingOf, readConfig } from '../config/index.ts';
import { count, counted } from '../english.ts';
import { AppError } from '../errors.ts';
import { keepMemoryFlat } from '../memory.ts';
import { dayOf } from '../numbering/index.ts';
import { type CheckedFile, type Consent, refuseBadPlan } from '../operations/index.ts';
import {
  type AreaCodeRules,
  annotatePlan,
  checkPlan,
  type PlanCheck,
  type PlanError,
  type Warning,
} from '../plan/index.ts';
import {
  answer,
  examples,
  inColour,
  type Line,
  openInput,
  type PlanInput,
  say,
  shellWord,
  table,
} from '../terminal/index.ts';

type Reading = { defaultQuantity?: string };
type Options = Reading & { json?: true; mend?: string };
type Wishes = Reading & Pick<Consent, 'acceptWarnings'> & { again?: true };

export function addCheck(program: Command): void {
  program
    .command('check')
    .argument('<plan.csv>', 'a file, or - for standard input')
    .description('read and check a plan; changes nothing')
    .option('--mend <file>', 'write the plan again with a column "fault", to be mended')
    .option('--default-quantity <n>', 'quantity of lines that leave it blank')
    .addHelpText('after', examples('check plan.csv', 'check plan.csv --mend mended.csv'))
    .action(async (path: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      keepMemoryFlat();
      const reading = readOptions(options);
      await using input = await openInput(path);
      const areaCodes = await areaCodesFor();
      const check = await checkPlan(input.path, { ...reading, areaCodes });
      answer(options.json, check, () => describeCheck(input.name, check));
      if (options.mend) {
        const { faultyRows } = await annotatePlan(input.path, options.mend, {
          ...reading,
          areaCodes,
        });
        say(
          `${options.mend} has the plan with a column "fault": ${counted(faultyRows, 'row')} to ` +
            `mend. Then: "check ${shellWord(options.mend)}"`,
        );
      } else if (check.faultCount > 0 && !options.json) {
        say(howToMend(path));
      }
      process.exitCode = check.faultCount > 0 ? 1 : 0;
    });
}

function readOptions({ defaultQuantity }: Reading): { defaultQuantity?: number } {
  if (defaultQuantity === undefined) return {};
  if (/^\d+$/.test(defaultQuantity)) return { defaultQuantity: Number(defaultQuantity) };
  throw new AppError(
    'invalid_usage',
    `--default-quantity is "${defaultQuantity}": it must be a whole number from 1 to 100,000.`,
  );
}

/** Strict where an account that may be meant is live. */
async function areaCodesFor({ account, isLive }: Meant = {}): Promise<AreaCodeRules> {
  const config = readConfig();
  const own = config.accounts.filter(({ name }) => account === undefined || name === account);
  const isStrict = isLive ?? own.some(({ mode }) => mode === 'live');
  return { numbering: await numberingOf(config), today: dayOf(new Date()), isStrict };
}

/** Which account the plan is for, as far as that is known. */
type Meant = { account?: string; isLive?: boolean };

/** Checks a plan that is about to be stored. Throws AppError `bad_plan` that lists its errors. */
export async function checkOrRefuse(
  { path, name }: PlanInput,
  options: Wishes & Meant,
): Promise<CheckedFile> {
  const reading = readOptions(options);
  const from = performance.now();
  const check = await checkPlan(path, { ...reading, areaCodes: await areaCodesFor(options) });
  const checked = { from, to: performance.now() };
  const { again = false, acceptWarnings = false } = options;
  refuseBadPlan(check, name, [...listErrors(check), howToMend(name === path ? path : '-')]);
  return { path, check, reading, again, acceptWarnings, checked };
}

const howToMend = (path: string): string =>
  `To mend it in a spreadsheet: "check ${shellWord(path)} --mend mended.csv"`;

function describeCheck(path: string, check: PlanCheck): Line[] {
  const sums =
    `${counted(check.lines, 'line')}, ${counted(check.orders, 'order')}, ` +
    `${counted(check.numbers, 'number')}`;
  const types = Object.entries(check.types).filter(([, sum]) => sum.lines > 0);
  const parts: Line[] = [`${path}: ${sums}. ${check.faultCount === 0 ? 'No errors.' : ''}`.trim()];
  if (types.length > 0) {
    parts.push(
      ...table(
        ['type', 'lines', 'orders', 'numbers'],
        types.map(([type, sum]) => [type, sum.lines, sum.orders, sum.numbers]),
      ),
    );
  }
  parts.push(...areaCodeTable(check));
  if (check.slots > 0) parts.push(`Slots that will be bought as well: ${count(check.slots)}.`);
  if (check.extraColumns.length > 0) {
    parts.push(`Carried along into the results: ${carried(check)}.`);
  }
  if (check.warningCount > 0) {
    parts.push(
      inColour(`${counted(check.warningCount, 'warning')}:`, 'missing'),
      ...list(check.warnings, check.warningCount),
    );
  }
  if (check.faultCount > 0) {
    parts.push(
      inColour(
        `${counted(check.faultCount, 'error')}, so nothing of it can be bought yet:`,
        'unknown',
      ),
      ...listErrors(check),
    );
  } else parts.push(`To buy it: "order ${shellWord(path)}"`);
  return parts;
}

const AREA_CODES_SHOWN = 20;

function areaCodeTable({ areaCodes }: PlanCheck): Line[] {
  if (areaCodes.length === 0) return [];
  const more = areaCodes.length - AREA_CODES_SHOWN;
  return [
    ...table(
      ['area code', 'place', 'lines', 'numbers'],
      areaCodes
        .slice(0, AREA_CODES_SHOWN)
        .map(({ areaCode, place, lines, numbers }) => [
          areaCode,
          place ?? 'not assigned',
          lines,
          numbers,
        ]),
    ),
    ...(more > 0 ? [`  … and ${counted(more, 'area code')} more`] : []),
  ];
}

/** With the name that each has there, where that is another. */
function carried({ extraColumns, resultColumns }: PlanCheck): string {
  const named = extraColumns.map((name, at) =>
    resultColumns[at] === name ? name : `${name} (there ${resultColumns[at]})`,
  );
  return named.join(', ');
}

function listErrors({ faults, faultCount }: PlanCheck): string[] {
  return list(faults, faultCount);
}

function list(notes: (PlanError | Warning)[], total: number): string[] {
  const lines = notes.map(({ line, column, message }) => {
    const where = [line > 0 ? `line ${line}` : 'file', column].filter(Boolean).join(', ');
    return `  ${where}: ${message}`;
  });
  if (total > notes.length) lines.push(`  … and ${count(total - notes.length)} more`);
  return lines;
}
