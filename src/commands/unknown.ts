import type { Command } from 'commander';
import { counted } from '../english.ts';
import type { Settled } from '../ledger/index.ts';
import { readSettlement } from '../operations/index.ts';
import { openOperations, serverOption } from '../session/index.ts';
import { answer, examples, idOf, type Line, say, table } from '../terminal/index.ts';

export function addUnknown(program: Command): void {
  program
    .command('unknown')
    .argument('[id]')
    .description('orders of which nobody knows whether they bought anything')
    .addOption(serverOption())
    .action(async (id: string | undefined, _options, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: true }>();
      const planId = id === undefined ? undefined : idOf(id, 'plan');
      await using operations = await openOperations('unknown', command);
      const orders = await operations.unknown(planId);
      answer(json, orders, () =>
        orders.length === 0
          ? ['No order is unknown.']
          : [
              ...table(
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
              "None of them is sent again until someone settles it: look into the vendor's " +
                'account, then',
              '  "settle ORDER --bought 2125550100,2125550101 --by NAME --why TEXT"',
              '  "settle ORDER --nothing --by NAME --why TEXT"',
              '  "settle ORDER --accept --by NAME", where the verdict above is bought or nothing',
              ...(operations.isRemote
                ? []
                : [
                    '  "reconcile --accept --by NAME", for all clear verdicts of the newest ' +
                      'list at once',
                  ]),
            ],
      );
    });
}

type SettleOptions = {
  json?: true;
  bought?: string;
  nothing?: true;
  accept?: true;
  undo?: true;
  againstEvidence?: true;
  by?: string;
  why?: string;
};

export function addSettle(program: Command): void {
  program
    .command('settle')
    .argument('<order>')
    .description(
      'say what became of an unknown order, or take that back, as a named person with a reason',
    )
    .option('--bought <n,n>', 'these ten-digit numbers were bought')
    .option('--nothing', 'nothing was bought: the order waits again and will be sent')
    .option('--accept', 'take the verdict that "reconcile" proposes')
    .option('--undo', 'take back what it was settled as, until it is sent again')
    .option('--against-evidence', 'settle it although something speaks against it')
    .option('--by <name>', 'who says so')
    .option('--why <text>', 'how it is known')
    .addOption(serverOption())
    .addHelpText(
      'after',
      examples(
        "settle 10000001 --bought 2125550100,2125550101 --by Ada --why 'seen in their portal'",
        "settle 10000001 --nothing --by Ada --why 'their support looked'",
        'settle 10000001 --accept --by Ada',
      ),
    )
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<SettleOptions>();
      const orderId = idOf(id, 'order');
      const settlement = readSettlement(options);
      await using operations = await openOperations(`settle ${id}`, command);
      const settled = await operations.settle(orderId, settlement);
      answer(options.json, settled, () => describe(settled));
      if (settled.state === 'waiting') say('It will be sent by the next worker: "work" is one.');
    });
}

function describe({ order, state, bought }: Settled): Line[] {
  if (state === 'waiting') return [`Order ${order} bought nothing and waits again.`];
  if (state === 'unknown') return [`Order ${order} is unknown again, and can be settled again.`];
  return [`Order ${order} is ${state}: ${counted(bought, 'number')}.`];
}
