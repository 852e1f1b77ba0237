import { count, counted, firstOf } from '../english.ts';
import type { UndecidedLine } from '../operations/index.ts';
import { type ScreenLine, table } from '../terminal/index.ts';

const OTHERS_SHOWN = 10;

/** What is undecided, by line: candidates, and beside them the orders that could have got them. */
export function openLinesOf(lines: UndecidedLine[]): ScreenLine[] {
  if (lines.length === 0) return ['No order is undecided.'];
  return [
    ...lines.flatMap(describe),
    "Look at the vendor's account. When you know whose they are:",
    '  "settle ORDER --bought 2125550100,2125550101 --by NAME --why TEXT"',
    '  "settle ORDER --nothing --by NAME --why TEXT"',
  ];
}

function describe(undecided: UndecidedLine): ScreenLine[] {
  const { plan, line, candidates, others, orders } = undecided;
  const own = orders.filter((each) => each.plan === plan && each.line === line);
  const sums = [counted(candidates.length, 'candidate'), counted(orders.length, 'order')];
  const more = own.some(({ hasMore }) => hasMore) ? '; there are more candidates' : '';
  return [
    `Plan ${plan} (${own[0]?.planName}), line ${count(line)}: ${sums.join(', ')}${more}`,
    ...table(['candidate', 'whose', 'order', 'line', 'area code', 'lacks'], rowsOf(undecided)),
    others.length > 0 &&
      `  Also new, but no order asked for them: ${firstOf(others, OTHERS_SHOWN)}`,
    ...own.map(({ order, why }) => `  ${order}: ${why}`),
  ];
}

/** Two lists side by side. `whose` names the orders that may have a candidate, unless all may. */
function rowsOf({ plan, candidates, orders }: UndecidedLine): (string | number)[][] {
  return Array.from({ length: Math.max(candidates.length, orders.length) }, (_, at) => {
    const candidate = candidates[at];
    const order = orders[at];
    const isAll = candidate?.orders.length === orders.length;
    const where = order && (order.plan === plan ? '' : `plan ${order.plan}, `);
    return [
      candidate?.number ?? '',
      candidate === undefined || isAll ? '' : candidate.orders.join(' '),
      order ? String(order.order) : '',
      order ? `${where}${order.line}` : '',
      order ? (order.areaCode ?? order.type.replace('_', ' ')) : '',
      order ? String(order.lacking) : '',
    ];
  });
}
