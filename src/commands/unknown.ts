import type { Command } from 'commander';
import { counted } from '../english.ts';
import { planOf, type Settled } from '../ledger/index.ts';
import { readSettlement } from '../operations/index.ts';
import { actingUser, openOperations, serverOption, tokenOption } from '../session/index.ts';
import { answer, examples, idOf, type Line, say, table } from '../terminal/index.ts';

export function addUnknown(program: Command): void {
  program
    .command('unknown')
    .argument('[id]')
    .description('list the orders whose outcome nobody knows')
    .addOption(serverOption())
    .addOption(tokenOption())
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
              'They are not sent again until a person settles them. ' +
                "Check the vendor's account, then:",
              '  "settle ORDER --bought 2125550100,2125550101 --by NAME --why TEXT"',
              '  "settle ORDER --nothing --by NAME --why TEXT"',
              '  "settle ORDER --accept --by NAME", if the verdict above is bought or nothing',
              ...(operations.isRemote
                ? []
                : ['  "reconcile --accept --by NAME", to accept all clear verdicts']),
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
    .description('settle an unknown order, or undo that; needs a name and a reason')
    .option('--bought <n,n>', 'these ten-digit numbers were bought')
    .option('--nothing', 'nothing was bought: the order is sent again')
    .option('--accept', 'accept the verdict that "reconcile" proposes')
    .option('--undo', 'undo a settlement, until the order is sent again')
    .option('--against-evidence', 'settle it although the evidence contradicts it')
    .option('--by <name>', 'the person who settles it')
    .option('--why <text>', 'how you know it')
    .addOption(serverOption())
    .addOption(tokenOption())
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
      const settlement = readSettlement(options, { who: actingUser(), by: options.by });
      await using operations = await openOperations(`settle ${id}`, command);
      const settled = await operations.settle(orderId, settlement);
      answer(options.json, settled, () => describe(settled));
      if (settled.state !== 'waiting') return;
      const { state } = await operations.plan(planOf(orderId));
      say(
        state === 'cancelled'
          ? 'Its plan is cancelled: it is not sent again.'
          : 'The next worker sends it. To start one: "work"',
      );
    });
}

function describe({ order, state, bought }: Settled): Line[] {
  if (state === 'waiting') return [`Order ${order} bought nothing and waits again.`];
  if (state === 'unknown') return [`Order ${order} is unknown again, and can be settled again.`];
  return [`Order ${order} is ${state}: ${counted(bought, 'number')}.`];
}
