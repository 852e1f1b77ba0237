import { count, counted, firstOf } from '../english.ts';
import { AppError } from '../errors.ts';
import { LACK_FOLLOWS } from '../fallback/index.ts';
import { type Accepted, type ClearVerdict, planOf, type UnknownOrder } from '../ledger/index.ts';
import { canAsk, type ScreenLine, say, table } from '../terminal/index.ts';
import { typesCount } from './confirm.ts';

/** Verdicts that are listed for a person; `--json` has all of them. */
const LISTED = 20;
const NUMBERS_SHOWN = 3;

/** Orders of the same evidence that are named. */
const ORDERS_NAMED = 10;
const PLANS_NAMED = 5;

type ShownVerdict = Omit<ClearVerdict, 'planName'>;

/**
 * Shows the verdicts on stderr, and asks once whether to accept them. Throws AppError
 * `not_confirmed` when the answer is no, or when nobody can be asked and `yes` is not said; then it
 * has the verdicts. Nothing has been settled in either case.
 */
export async function confirmVerdicts(
  verdicts: ShownVerdict[],
  { yes, json }: { yes?: boolean | undefined; json?: boolean | undefined },
): Promise<void> {
  const what = `${counted(verdicts.length, 'order')} by ${
    verdicts.length === 1 ? 'its verdict' : 'their verdicts'
  }: ${findings(verdicts)}`;
  // Nobody accepts what was not shown; with --json the list is in the document, too.
  if (!json || (!yes && canAsk())) say(...listOf(verdicts));
  if (yes) return;
  if (!canAsk()) {
    const message =
      `This would settle ${what}. Without a terminal to ask on, say --yes to do it. ` +
      'Nothing was settled.';
    throw new AppError('not_confirmed', message, { orders: verdicts.length, verdicts });
  }
  say(`This settles ${what}.`);
  if (await typesCount(verdicts.length, 'settle')) return;
  throw new AppError('not_confirmed', 'Not confirmed. Nothing was settled.');
}

function findings(verdicts: ShownVerdict[]): string {
  const bought = verdicts.filter(({ finding }) => finding === 'bought');
  const numbers = bought.reduce((sum, each) => sum + each.numbers.length, 0);
  const nothing = verdicts.length - bought.length;
  const lacking = bought.some((each) => each.numbers.length < each.lacking);
  const follows = lacking ? `, and ${LACK_FOLLOWS}` : '';
  const parts = [
    bought.length > 0 && `${count(bought.length)} bought ${counted(numbers, 'number')}${follows}`,
    nothing > 0 &&
      `${count(nothing)} bought nothing, and will be sent again unless the plan is cancelled`,
  ];
  return parts.filter(Boolean).join('; ');
}

function listOf(verdicts: ShownVerdict[]): ScreenLine[] {
  const rows = verdicts
    .slice(0, LISTED)
    .map(({ order, line, areaCode, type, lacking, finding, numbers, why }) => [
      String(order),
      String(line),
      areaCode ?? type.replace('_', ' '),
      lacking,
      [finding, firstOf(numbers, NUMBERS_SHOWN)].filter(Boolean).join(' '),
      why,
    ]);
  const more = verdicts.length - rows.length;
  return [
    ...table(['order', 'line', 'area code', 'lacks', 'verdict', 'evidence'], rows),
    more > 0 && `  and ${count(more)} more; --json lists all of them`,
  ];
}

/** `unknown`: the orders that are unknown after it. */
export function acceptedLines(
  verdicts: ClearVerdict[],
  { settled, left }: Accepted,
  unknown: UnknownOrder[],
): ScreenLine[] {
  const done = new Set(settled.map(({ order }) => order));
  const accepted = verdicts.filter(({ order }) => done.has(order));
  const sums = accepted.length > 0 ? `: ${findings(accepted)}` : '';
  return [
    `${counted(settled.length, 'order')} settled${sums}.`,
    ...leftLines(left),
    stillUnknown(unknown),
  ];
}

function stillUnknown(orders: UnknownOrder[]): ScreenLine {
  if (orders.length === 0) return null;
  const numbers = orders.reduce((sum, { quantity, bought }) => sum + quantity - bought, 0);
  const plans = new Set(orders.map(({ order }) => planOf(order)));
  const lists = [...plans].map((id) => `"unknown ${id}"`);
  return (
    `Still unknown: ${counted(numbers, 'number')} in ${counted(orders.length, 'order')}. ` +
    `${firstOf(lists, PLANS_NAMED)} ${lists.length === 1 ? 'lists' : 'list'} them.`
  );
}

/** Why no verdict on these unknown orders can be accepted. */
export function noneLines(orders: UnknownOrder[]): ScreenLine[] {
  if (orders.length === 0) return ['No order is unknown.'];
  return [
    'There is no clear verdict to accept.',
    ...evidenceLines(orders),
    unclearLine(orders.map(({ proposal }) => proposal)),
  ];
}

/** What the list shows of unknown orders. Those with the same evidence share a line. */
export function evidenceLines(orders: Pick<UnknownOrder, 'order' | 'proposal'>[]): ScreenLine[] {
  const byWhy = Map.groupBy(orders, ({ proposal }) => proposal?.why ?? NOT_LISTED);
  return [...byWhy].map(([why, same]) => {
    const which = same.map(({ order }) => String(order));
    return `  ${firstOf(which, ORDERS_NAMED)}: ${why}`;
  });
}

const NOT_LISTED = 'No list has been read since.';

/** Why these are not accepted together: the list has numbers that nothing explains. */
export function unclearLine(
  verdicts: ({ finding: string; isClear: boolean } | null)[],
): ScreenLine {
  const settles = ['bought', 'nothing'];
  const n = verdicts.filter(
    (each) => each && !each.isClear && settles.includes(each.finding),
  ).length;
  if (n === 0) return null;
  return (
    `${counted(n, 'verdict')} ${n === 1 ? 'is' : 'are'} not clear, because the vendor's list has ` +
    'numbers that no order explains. "strays" lists them and lets you explain them. Verdicts ' +
    'change when the list is read next. ' +
    'Until then accept one at a time: "settle ORDER --accept --by NAME"'
  );
}

export function leftLines(left: Accepted['left']): ScreenLine[] {
  if (left.length === 0) return [];
  return [`${counted(left.length, 'verdict')} left out:`, ...left.map(({ why }) => `  ${why}`)];
}
