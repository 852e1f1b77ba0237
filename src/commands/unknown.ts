import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import {
  type Finding,
  findPlan,
  findProposal,
  type Ledger,
  settleOrder,
  unknownOrders,
} from '../ledger/index.ts';
import { answer, counted, idOf, say, table } from './output.ts';
import { openSession } from './session.ts';

export function addUnknown(program: Command): void {
  program
    .command('unknown')
    .argument('[id]')
    .description('orders of which nobody knows whether they bought anything')
    .action(async (id: string | undefined, _options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      const planId = id === undefined ? undefined : idOf(id, 'plan');
      await using session = await openSession('unknown');
      if (planId !== undefined) await findPlan(session.ledger, planId);
      const orders = await unknownOrders(session.ledger, { planId });
      answer(json, orders, () =>
        orders.length === 0
          ? 'No order is unknown.'
          : [
              table(
                ['order', 'line', 'area code', 'type', 'numbers', 'sent at', 'what happened'],
                orders.map((o) => [
                  String(o.order),
                  String(o.line),
                  o.areaCode ?? '',
                  o.type,
                  o.quantity - o.bought,
                  o.sentAt.toISOString(),
                  o.whatHappened,
                ]),
              ),
              ...orders.flatMap(({ order, proposal }) =>
                proposal ? [`  ${order}: ${proposal.finding}. ${proposal.why}`] : [],
              ),
              "None of them is sent again until someone settles it: look into the vendor's account, then",
              '  settle ORDER --bought 2125550100,2125550101 --by NAME --why TEXT',
              '  settle ORDER --nothing --by NAME --why TEXT',
              '  settle ORDER --accept --by NAME, where the verdict above is bought or nothing',
            ].join('\n'),
      );
    });
}

type SettleOptions = {
  json?: true;
  bought?: string;
  nothing?: true;
  accept?: true;
  by?: string;
  why?: string;
};

export function addSettle(program: Command): void {
  program
    .command('settle')
    .argument('<order>')
    .description('say what became of an unknown order, as a named person with a reason')
    .option('--bought <n,n>', 'these ten-digit numbers were bought')
    .option('--nothing', 'nothing was bought: the order waits again and will be sent')
    .option('--accept', 'take the verdict that "reconcile" proposes')
    .option('--by <name>', 'who says so')
    .option('--why <text>', 'how it is known')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<SettleOptions>();
      const orderId = idOf(id, 'order');
      const settlement = readSettlement(options);
      await using session = await openSession(`settle ${id}`);
      const { by, finding } = settlement.accept
        ? await acceptProposal(session.ledger, orderId, settlement.by)
        : settlement;
      const settled = await settleOrder(session.ledger, orderId, finding, by);
      answer(options.json, settled, () =>
        settled.state === 'waiting'
          ? `Order ${orderId} bought nothing and waits again.`
          : `Order ${orderId} is ${settled.state}: ${counted(settled.bought, 'number')}.`,
      );
      if (settled.state === 'waiting')
        say('It will be sent by the next worker, "watch PLAN --work" included.');
    });
}

type By = { who: string; why: string };
type Settlement =
  | { accept: true; by: { who: string; why: string | undefined } }
  | { accept: false; by: By; finding: Finding };

function readSettlement(options: SettleOptions): Settlement {
  const { bought, nothing, accept, by, why } = options;
  if ([bought, nothing, accept].filter((each) => each !== undefined).length !== 1) {
    throw new AppError('wrong_use', 'Say one of --bought N,N, --nothing and --accept.');
  }
  if (accept) {
    if (by?.trim()) return { accept: true, by: { who: by.trim(), why: why?.trim() } };
    throw new AppError('wrong_use', 'Say who accepts the verdict: --by NAME. It is kept.');
  }
  if (!by?.trim() || !why?.trim()) {
    throw new AppError(
      'wrong_use',
      'Say who settles it and how it is known: --by NAME --why TEXT. Both are kept.',
    );
  }
  return {
    accept: false,
    by: { who: by.trim(), why: why.trim() },
    finding: bought === undefined ? { nothing: true } : { bought: readNumbers(bought) },
  };
}

/** The verdict of the newest list, with its evidence as the reason. Throws `wrong_state`. */
async function acceptProposal(
  ledger: Ledger,
  order: number,
  { who, why }: { who: string; why: string | undefined },
): Promise<{ by: By; finding: Finding }> {
  const proposal = await findProposal(ledger, order);
  if (proposal?.finding !== 'bought' && proposal?.finding !== 'nothing') {
    const what = proposal ? `The list cannot tell: ${proposal.why}` : 'There is no verdict on it.';
    throw new AppError(
      'wrong_state',
      `Order ${order} has nothing to accept. ${what} "reconcile" reads the list anew; otherwise say --bought N,N or --nothing.`,
      { order },
    );
  }
  return {
    by: { who, why: [why, proposal.why].filter(Boolean).join('. ') },
    finding: proposal.finding === 'bought' ? { bought: proposal.numbers } : { nothing: true },
  };
}

/** Ten digits each, however they are punctuated, with or without +1. */
function readNumbers(text: string): string[] {
  const numbers = text.split(',').map((part) => {
    const digits = part.replace(/[^\d]/g, '').replace(/^1(?=\d{10}$)/, '');
    if (/^[2-9]\d{9}$/.test(digits)) return digits;
    throw new AppError(
      'wrong_use',
      `"${part.trim()}" is not a phone number: ten digits are expected, separated by commas.`,
    );
  });
  if (new Set(numbers).size < numbers.length) {
    throw new AppError('wrong_use', 'A number is named twice.');
  }
  return numbers;
}
