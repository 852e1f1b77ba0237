import type { Command } from 'commander';
import { type AccountConfig, areaCodesFor, readConfig } from '../config/index.ts';
import { count, counted } from '../english.ts';
import { hasCode } from '../errors.ts';
import { isEmbeddedIn } from '../folders/index.ts';
import type { PlannedCost, StockMet } from '../ledger/index.ts';
import { keepMemoryFlat } from '../memory.ts';
import {
  AREA_CODES_SHOWN,
  annotatePlan,
  areaCodeWords,
  checkDocument,
  checkPlan,
  mainAreaCodes,
  type PlanCheck,
  shown,
  unanswered,
} from '../plan/index.ts';
import {
  answer,
  type Defaults,
  defaultsOf,
  examples,
  howToBuy,
  howToMend,
  inColour,
  listNotes,
  newPlanCommand,
  openInput,
  type ScreenLine,
  say,
  shellWord,
  table,
  warningLines,
} from '../terminal/index.ts';

type Options = { json?: true; mend?: string; account?: string } & Defaults;

export function addCheck(program: Command): void {
  newPlanCommand(program, 'check')
    .option('--mend <file>', 'write a copy with a column "fault", to correct it')
    .option('--account <name>', 'the account whose prices count, when there are several')
    .addHelpText('after', examples('check plan.csv', 'check plan.csv --mend annotated.csv'))
    .action(async (path: string, options: Options, command: Command) => {
      keepMemoryFlat();
      const reading = defaultsOf(options);
      await using input = await openInput(path);
      const account = await accountMeant(options.account);
      const areaCodes = await areaCodesFor(options);
      const check = await checkPlan(input.path, { ...reading, areaCodes });
      const { stock, isServed } = await stockMetBy(check, command);
      const { mayCost, words, mayStart } = await estimate(account, check, stock);
      // Where there are several accounts, "order" wants one of them named.
      const named = options.account ?? (account === undefined ? 'NAME' : undefined);
      const buying = mayStart && howToBuy(path, { ...options, account: named, isServed });
      answer(options.json, { ...checkDocument(check), stock, mayCost }, () =>
        describeCheck(input.name, check, { stock, words, buying }),
      );
      if (options.mend) {
        const { faultyRows } = await annotatePlan(input.path, options.mend, {
          ...reading,
          areaCodes,
        });
        say(
          `${options.mend} is a copy with a column "fault": ${counted(faultyRows, 'row')} ` +
            `to correct. Then: "check ${shellWord(options.mend)}"`,
        );
      } else if (!options.json) {
        say(...howToMend(path, check, options));
      }
      process.exitCode = check.faultCount > 0 ? 1 : 0;
    });
}

// What most checks do not need is loaded when it is needed: the ledger takes as long to load as
// half a million lines take to check.

/** Of the configuration; undefined where it has several and none is named. */
async function accountMeant(name: string | undefined): Promise<AccountConfig | undefined> {
  const { accounts } = await readConfig();
  if (name === undefined) return accounts.length > 1 ? undefined : accounts[0];
  const { chooseAccount } = await import('../operations/index.ts');
  return chooseAccount(accounts, name, { where: ' in the configuration' });
}

type Met = { stock: StockMet[]; isServed: boolean };

/**
 * Empty where there is no ledger yet. What cannot be asked is no error of the plan. `isServed`: a
 * server has the ledger.
 */
async function stockMetBy(check: PlanCheck, command: Command): Promise<Met> {
  const none = { stock: [], isServed: false };
  const codes = mainAreaCodes(check);
  if (codes.length === 0) return none;
  try {
    const { databaseUrl, dataDir } = await readConfig();
    if (databaseUrl === null && !isEmbeddedIn(dataDir)) return none;
    const { openOperations } = await import('../session/index.ts');
    await using operations = await openOperations(command, { isReader: true });
    return { stock: await operations.stockMet(codes), isServed: operations.isRemote };
  } catch (error) {
    if (hasCode(error, 'ledger_down') && error.details.version === 0) return none;
    const why = error instanceof Error ? error.message : error;
    say(`What earlier plans found in stock is not known: ${why}`);
    return none;
  }
}

type Estimate = { mayCost: PlannedCost | null; words: ScreenLine[]; mayStart: boolean };

/** Only limits of all together count: who starts it is not known. Nor is what was spent. */
async function estimate(
  account: AccountConfig | undefined,
  check: PlanCheck,
  stock: StockMet[],
): Promise<Estimate> {
  const { name = '', limits = [], threshold = null, prices = null } = account ?? {};
  if (limits.length === 0 && threshold === null && prices === null)
    return { mayCost: null, words: [], mayStart: true };
  const { plannedCost, whyNever } = await import('../ledger/index.ts');
  const { whatLimits } = await import('../operations/index.ts');
  const { mayCostLines } = await import('../dialogue/index.ts');
  const asked = { numbers: check.numbers, mayCost: plannedCost(prices, check, stock) };
  const unspent = limits.map((limit) => ({ ...limit, spent: null, isEverybodys: false }));
  const limited = { name, limits: unspent, prices, approval: threshold };
  return {
    mayCost: asked.mayCost,
    words: [...mayCostLines(asked.mayCost), ...whatLimits(asked, limited, null)],
    mayStart: whyNever(asked, limited, null) === null,
  };
}

type Checked = { stock: StockMet[]; words: ScreenLine[]; buying: ScreenLine };

function describeCheck(
  name: string,
  check: PlanCheck,
  { stock, words, buying }: Checked,
): ScreenLine[] {
  const { lines, orders, numbers, slots, faultCount, extraColumns } = check;
  const sums = [counted(lines, 'line'), counted(orders, 'order'), counted(numbers, 'number')];
  const types = Object.entries(check.types).filter(([, sum]) => sum.lines > 0);
  const head = ['type', 'lines', 'orders', 'numbers'];
  const rows = types.map(([type, sum]) => [type, sum.lines, sum.orders, sum.numbers]);
  return [
    `${name}: ${sums.join(', ')}.${faultCount === 0 ? ' No errors.' : ''}`,
    ...(rows.length > 0 ? table(head, rows) : []),
    ...areaCodeTable(check, stock),
    ...ladderLines(check),
    slots > 0 && `Slots, bought as well: ${count(slots)}.`,
    ...words,
    extraColumns.length > 0 && `Copied to the results: ${copied(check).replace(/\.?$/, '.')}`,
    ...warningLines(check),
    ...(faultCount > 0
      ? [
          inColour(`${counted(faultCount, 'error')}. Nothing can be bought yet:`, 'unknown'),
          ...listNotes(check.faults, faultCount),
        ]
      : [mustAccept(check), buying]),
  ];
}

function mustAccept({ warnings, warningCount }: PlanCheck): ScreenLine {
  const open = unanswered(warnings).length;
  if (open === 0) return null;
  const which = open < warningCount ? `${count(open)} of them` : warningCount === 1 ? 'It' : 'They';
  return `${which} must be accepted before real numbers are bought: --accept-warnings.`;
}

function areaCodeTable({ areaCodes }: PlanCheck, stock: StockMet[]): ScreenLine[] {
  if (areaCodes.length === 0) return [];
  const more = areaCodes.length - AREA_CODES_SHOWN;
  const met = new Map(stock.map((each) => [each.areaCode, stockWords(each)]));
  const rows = areaCodes
    .slice(0, AREA_CODES_SHOWN)
    .map((sum) => [
      areaCodeWords(sum),
      sum.place ?? 'not assigned',
      sum.lines,
      sum.numbers,
      ...(stock.length > 0 ? [met.get(sum.areaCode) ?? ''] : []),
    ]);
  const head = ['area code', 'place', 'lines', 'numbers'];
  return [
    ...table(stock.length > 0 ? [...head, 'earlier'] : head, rows),
    more > 0 && `  … and ${counted(more, 'more area code')}`,
  ];
}

/** `12 of 20 bought by plan 3 on 2 November 2026`. */
function stockWords({ asked, bought, plan, startedAt }: StockMet): string {
  const day = startedAt.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return `${count(bought)} of ${count(asked)} bought by plan ${plan} on ${day}`;
}

const LADDERS_SHOWN = 20;

function ladderLines({
  ladders,
  ladderWords,
  fallbackLines,
  keepTryingLines,
}: PlanCheck): ScreenLine[] {
  const shown = ladderWords.slice(0, LADDERS_SHOWN);
  const more = ladders.length - shown.length;
  const ask = keepTryingLines === 1 ? 'asks' : 'ask';
  return [
    shown.length > 0 && `${counted(fallbackLines, 'line')} may buy instead:`,
    ...shown.map((words) => `  ${words}`),
    more > 0 && `  … and ${counted(more, 'more ladder')}`,
    keepTryingLines > 0 && `${counted(keepTryingLines, 'line')} ${ask} again for what is missing.`,
  ];
}

function copied({ extraColumns, resultColumns }: PlanCheck): string {
  const named = extraColumns.map((name, at) => {
    const there = resultColumns[at]!;
    return there === name ? shown(name) : `${shown(name)} (as ${shown(there)})`;
  });
  return named.join(', ');
}
