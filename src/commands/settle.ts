import type { Command } from 'commander';
import {
  acceptedLines,
  confirmNothing,
  confirmVerdicts,
  noneLines,
  obstacleLines,
} from '../dialogue/index.ts';
import { counted } from '../english.ts';
import { usageError } from '../errors.ts';
import { LACK_FOLLOWS } from '../fallback/index.ts';
import { nameOfVerdict, planOf, type Settled, type UnknownOrder } from '../ledger/index.ts';
import type { ObservedPlan } from '../obstacles/index.ts';
import { type Operations, readSettlement, requireNamed } from '../operations/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import { answer, examples, idOf, newCommand, type ScreenLine, say } from '../terminal/index.ts';

type SettleOptions = {
  json?: true;
  bought?: string;
  nothing?: true;
  accept?: true;
  acceptAll?: true | number;
  yes?: true;
  undo?: true;
  attempt?: number;
  againstEvidence?: true;
  by?: string;
  why?: string;
};

export function addSettle(program: Command): void {
  newCommand(program, 'settle')
    .argument('[order]', '', idOf('order'))
    .option('--bought <n,n>', 'these ten-digit numbers were bought')
    .option(
      '--nothing',
      'nothing was bought: the order is sent again, unless its plan is cancelled',
    )
    .option('--accept', 'accept the verdict that "reconcile" proposes')
    .option(
      '--accept-all [plan]',
      'accept every clear verdict, of one plan or of all',
      idOf('plan'),
    )
    .option('--undo', 'undo a settlement, until the order is sent again')
    .option(
      '--attempt <n>',
      'the attempt that you looked at; no later one is settled',
      idOf('attempt'),
    )
    .option('--against-evidence', 'settle it although the evidence contradicts it')
    .option('--by <name>', 'the person who settles it')
    .option('--why <text>', 'how you know it')
    .option('--yes', 'accept verdicts, or settle as nothing, without asking')
    .addHelpText(
      'after',
      examples(
        "settle 10000001 --bought 2125550100,2125550101 --by Ada --why 'seen in their portal'",
        "settle 10000001 --nothing --by Ada --why 'their support looked'",
        'settle 10000001 --accept --by Ada',
        'settle --accept-all --by Ada',
      ),
    )
    .action(async (order: number | undefined, options: SettleOptions, command: Command) => {
      if (options.acceptAll !== undefined) return acceptAll(order, options, command);
      if (order === undefined) throw usageError('Say which order: "settle ORDER".');
      return settleOne(order, options, command);
    });
}

async function settleOne(order: number, options: SettleOptions, command: Command): Promise<void> {
  const said = readSettlement(options, { who: actingUser(), by: options.by });
  await using operations = await openOperations(command);
  const unknown = options.undo ? undefined : await findUnknown(operations, order);
  const verdict = options.accept && (await looked(unknown, options));
  const isAsked = options.nothing && unknown && !options.yes;
  const seen = isAsked ? await confirmNothing(unknown) : undefined;
  const attempt = options.attempt ?? seen;
  // Who names an attempt looked at it before.
  const takenBackAt = attempt === seen ? unknown?.takenBackAt : null;
  const looks = { attempt, takenBackAt, ...(verdict && { verdict }) };
  const settled = await operations.settle(order, { ...said, ...looks });
  answer(options.json, settled, () => describe(settled));
  if (settled.state !== 'waiting') return;
  say(...afterNothing(await operations.plan(planOf(order)), operations));
}

async function findUnknown(
  operations: Operations,
  order: number,
): Promise<UnknownOrder | undefined> {
  // Not an order's id: settling refuses it, with an explanation.
  if (planOf(order) === 0) return undefined;
  return (await operations.unknown(planOf(order))).find((each) => each.order === order);
}

/**
 * Shows the verdict on the order, and returns its name; undefined where none can be accepted. What
 * the order lacks by it may be asked for again, so then a person confirms it.
 */
async function looked(
  unknown: UnknownOrder | undefined,
  options: SettleOptions,
): Promise<string | undefined> {
  if (!unknown?.proposal) return undefined;
  const { finding, numbers, why } = unknown.proposal;
  if (finding !== 'bought' && finding !== 'nothing') return undefined;
  const { order, attempt, plan, line, areaCode, type, sentAt, takenBackAt } = unknown;
  const lacking = unknown.quantity - unknown.bought;
  const verdict = nameOfVerdict({ finding, numbers, sentAt, takenBackAt });
  const said = { order, attempt, plan, line, areaCode, type, lacking, finding, numbers, why };
  const yes = options.yes || numbers.length === lacking;
  await confirmVerdicts([{ ...said, verdict }], { ...options, yes });
  return verdict;
}

function afterNothing(plan: ObservedPlan, operations: Operations): ScreenLine[] {
  const { id, state } = plan;
  if (state === 'cancelled') return ['Its plan is cancelled, so it is not sent again.'];
  if (state === 'ready') return [`It is sent again once its plan is started: "start ${id}"`];
  if (state === 'paused') return [`It is sent again once its plan is resumed: "resume ${id}"`];
  return ['It waits again, and a worker sends it.', ...obstacleLines(plan, operations)];
}

/** Accepts what it has shown, and nothing that became clear since. */
async function acceptAll(
  order: number | undefined,
  options: SettleOptions,
  command: Command,
): Promise<void> {
  const { acceptAll, bought, nothing, accept, undo, attempt, againstEvidence } = options;
  if (
    [order, bought, nothing, accept, undo, attempt, againstEvidence].some(
      (each) => each !== undefined,
    )
  ) {
    const message = '--accept-all goes with no order and no other finding: "settle --accept-all".';
    throw usageError(message);
  }
  const planId = acceptAll === true ? undefined : acceptAll;
  const signer = requireNamed({ who: actingUser(), by: options.by });
  const by = { ...signer, why: options.why?.trim() || undefined };
  await using operations = await openOperations(command);
  const verdicts = await operations.verdicts(planId);
  if (verdicts.length > 0) await confirmVerdicts(verdicts, options);
  const accepted = await operations.acceptVerdicts(verdicts, by);
  const unknown = await operations.unknown(planId);
  answer(options.json, { verdicts, ...accepted }, () =>
    verdicts.length > 0 ? acceptedLines(verdicts, accepted, unknown) : noneLines(unknown),
  );
  if (accepted.settled.some(({ state }) => state === 'waiting')) {
    say('The next worker sends what waits, except for plans that are paused or cancelled.');
  }
}

function describe({ order, state, bought }: Settled): ScreenLine[] {
  if (state === 'waiting') return [`Order ${order} bought nothing.`];
  if (state === 'unknown') return [`Order ${order} is unknown again, and can be settled again.`];
  const follows = state === 'short' ? `; ${LACK_FOLLOWS}` : '';
  return [`Order ${order} is ${state}: ${counted(bought, 'number')}${follows}.`];
}
