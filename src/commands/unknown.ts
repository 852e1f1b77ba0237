import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { type Finding, findPlan, settleOrder, unknownOrders } from '../ledger/index.ts';
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
              "None of them is sent again until someone settles it: look into the vendor's account, then",
              '  settle ORDER --bought 2125550100,2125550101 --by NAME --why TEXT',
              '  settle ORDER --nothing --by NAME --why TEXT',
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
      const { by, finding } = readSettlement(options);
      await using session = await openSession(`settle ${id}`);
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

function readSettlement(options: SettleOptions): {
  by: { who: string; why: string };
  finding: Finding;
} {
  const { bought, nothing, accept, by, why } = options;
  if (accept) {
    throw new AppError(
      'wrong_use',
      'There are no proposals yet: "reconcile" comes in a later version. Say --bought N,N or --nothing.',
    );
  }
  if ((bought === undefined) === (nothing === undefined)) {
    throw new AppError('wrong_use', 'Say either --bought N,N or --nothing.');
  }
  if (!by?.trim() || !why?.trim()) {
    throw new AppError(
      'wrong_use',
      'Say who settles it and how it is known: --by NAME --why TEXT. Both are kept.',
    );
  }
  return {
    by: { who: by.trim(), why: why.trim() },
    finding: bought === undefined ? { nothing: true } : { bought: readNumbers(bought) },
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
