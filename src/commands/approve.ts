import type { Command } from 'commander';
import { counted } from '../english.ts';
import { usageError } from '../errors.ts';
import { type Approval, nameOf } from '../ledger/index.ts';
import { moneyWords } from '../prices/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import { answer, examples, idOf, newCommand, type ScreenLine, table } from '../terminal/index.ts';

type Options = { json?: true; why?: string };

export function addApprove(program: Command): void {
  listing(program);
  approving(program);
  refusing(program);
}

function listing(program: Command): void {
  newCommand(program, 'approvals').action(async ({ json }: Options, command: Command) => {
    await using operations = await openOperations(command);
    const waiting = await operations.approvals();
    answer(json, waiting, () =>
      waiting.length === 0
        ? ["Nothing waits for another person's approval."]
        : [
            ...table(
              ['approval', 'what', 'plan', 'account', 'numbers', 'at most', 'asked by', 'until'],
              waiting.map((each) => [
                String(each.id),
                each.kind,
                `${each.plan} (${each.planName})`,
                each.account,
                each.numbers,
                costOf(each),
                nameOf({ who: each.askedBy, by: each.by }),
                each.expiresAt.toISOString(),
              ]),
            ),
            'To answer, if you neither asked nor submitted: "approve ID" or ' +
              '"refuse ID --why TEXT"',
          ],
    );
  });
}

function approving(program: Command): void {
  newCommand(program, 'approve')
    .argument('<approval>', '', idOf('approval'))
    .option('--why <text>', 'a remark, stored in the events')
    .addHelpText('after', examples('approve 7'))
    .action(async (approval: number, { json, why }: Options, command: Command) => {
      await using operations = await openOperations(command);
      const given = await operations.approve(approval, { who: actingUser(), why });
      answer(json, given, () => describeGiven(given));
    });
}

function refusing(program: Command): void {
  newCommand(program, 'refuse')
    .argument('<approval>', '', idOf('approval'))
    .option('--why <text>', 'why it is refused, stored in the events')
    .addHelpText('after', examples("refuse 7 --why 'the budget is not settled'"))
    .action(async (approval: number, { json, why = '' }: Options, command: Command) => {
      if (why.trim() === '') {
        throw usageError('Say why it is refused: --why TEXT. It is kept.');
      }
      await using operations = await openOperations(command);
      const refused = await operations.refuse(approval, { who: actingUser(), why });
      answer(json, refused, () => [
        `Approval ${approval} is refused: no ${WHAT[refused.kind]} of plan ${refused.plan}.`,
      ]);
    });
}

function describeGiven({ id, kind, plan, numbers, expiresAt }: Approval): ScreenLine[] {
  const next = kind === 'settle' ? 'settle the orders again' : `"${kind} ${plan}"`;
  return [
    `Approval ${id} is given, for ${counted(numbers, 'number')}.`,
    `Anyone but you can now say ${next}, once, until ${expiresAt.toISOString()}.`,
  ];
}

const WHAT = { start: 'start', retry: 'retry', settle: 'settlement' } as const;

/** Blank where nothing has a price, so that nobody reads a sum into it. */
function costOf({ money, currency }: Approval): string {
  if (currency === null) return '';
  return money === null ? 'not known' : moneyWords(money, currency);
}
