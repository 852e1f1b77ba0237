import type { Command } from 'commander';
import { evidenceLines, unclearLine } from '../dialogue/index.ts';
import { count, counted, firstOf } from '../english.ts';
import type { UnknownOrder } from '../ledger/index.ts';
import type { UndecidedLine } from '../operations/index.ts';
import { openOperations } from '../session/index.ts';
import { answer, examples, idOf, newCommand, type ScreenLine, table } from '../terminal/index.ts';

type Options = { json?: true; open?: true };

export function addUnknown(program: Command): void {
  newCommand(program, 'unknown')
    .argument('[id]', '', idOf('plan'))
    .option('--open', 'orders that the list does not decide: by line, with candidate numbers')
    .addHelpText('after', examples('unknown', 'unknown 12', 'unknown --open'))
    .action(async (planId: number | undefined, { json, open }: Options, command: Command) => {
      await using operations = await openOperations(command);
      if (open) {
        const lines = await operations.openLines(planId);
        answer(json, lines, () => openLinesOf(lines));
        return;
      }
      const orders = await operations.unknown(planId);
      answer(json, orders, () => describe(orders, operations));
    });
}

const HOW_TO_SETTLE = [
  '  "settle ORDER --bought 2125550100,2125550101 --by NAME --why TEXT"',
  '  "settle ORDER --nothing --by NAME --why TEXT"',
];

function describe(orders: UnknownOrder[], { isRemote }: { isRemote: boolean }): ScreenLine[] {
  if (orders.length === 0) return ['No order is unknown.'];
  const proposals = orders.map(({ proposal }) => proposal);
  const isAnyClear = proposals.some((each) => each?.isClear);
  const findings = proposals.map((each) => each?.finding);
  const isAnyVerdict = findings.includes('bought') || findings.includes('nothing');
  const isOpen = findings.includes('open');
  return [
    ...table(
      ['order', 'line', 'area code', 'type', 'numbers', 'sent at', 'verdict', 'what happened'],
      orders.map((o) => [
        String(o.order),
        String(o.line),
        o.areaCode ?? '',
        o.type,
        o.quantity - o.bought,
        o.sentAt.toISOString(),
        o.proposal?.finding ?? '',
        o.whatHappened,
      ]),
    ),
    ...evidenceLines(orders),
    "They are not sent again until they are settled. Check the vendor's account, then:",
    ...HOW_TO_SETTLE,
    isAnyVerdict && '  "settle ORDER --accept --by NAME", if the verdict is bought or nothing',
    isAnyClear && '  "settle --accept-all --by NAME", to accept all clear verdicts',
    !isRemote && '  "reconcile", to read the list of numbers again',
    unclearLine(proposals),
    isOpen && 'Undecided orders, by line: "unknown --open"',
  ];
}

const OTHERS_SHOWN = 10;

/** What is undecided, by line: candidates, and beside them the orders that could have got them. */
function openLinesOf(lines: UndecidedLine[]): ScreenLine[] {
  if (lines.length === 0) return ['No order is undecided.'];
  return [
    ...lines.flatMap(describeLine),
    "Look at the vendor's account. When you know whose they are:",
    ...HOW_TO_SETTLE,
  ];
}

function describeLine(undecided: UndecidedLine): ScreenLine[] {
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
