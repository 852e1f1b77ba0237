import type { Command } from 'commander';
import type { Settlement } from '../client/index.ts';
import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import { readPhoneNumbers } from '../ledger/index.ts';
import { openOffice, serverOption } from './office.ts';
import { answer, idOf, say, table } from './output.ts';

export function addUnknown(program: Command): void {
  program
    .command('unknown')
    .argument('[id]')
    .description('orders of which nobody knows whether they bought anything')
    .addOption(serverOption())
    .action(async (id: string | undefined, _options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      const planId = id === undefined ? undefined : idOf(id, 'plan');
      await using office = await openOffice('unknown', command);
      const orders = await office.unknown(planId);
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
    .addOption(serverOption())
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<SettleOptions>();
      const orderId = idOf(id, 'order');
      const settlement = readSettlement(options);
      await using office = await openOffice(`settle ${id}`, command);
      const settled = await office.settle(orderId, settlement);
      answer(options.json, settled, () =>
        settled.state === 'waiting'
          ? `Order ${orderId} bought nothing and waits again.`
          : `Order ${orderId} is ${settled.state}: ${counted(settled.bought, 'number')}.`,
      );
      if (settled.state === 'waiting')
        say('It will be sent by the next worker, "watch PLAN --work" included.');
    });
}

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
    finding: bought === undefined ? { nothing: true } : { bought: readPhoneNumbers(bought) },
  };
}
