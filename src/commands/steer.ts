import type { Command } from 'commander';
import { describePlan } from '../dialogue/index.ts';
import { counted } from '../english.ts';
import { readRetry } from '../operations/index.ts';
import { actingUser, openOperations } from '../session/index.ts';
import { answer, examples, idOf, newCommand } from '../terminal/index.ts';

type Options = { json?: true; why?: string };
type MoveOptions = Options & { again?: true };
type RetryOptions = Options & { againstEvidence?: true; by?: string };

export function addSteer(program: Command): void {
  addMoves(program);
  addRetry(program);
  addClose(program);
}

const EXAMPLE_WHY = {
  pause: 'the budget is not settled',
  resume: 'the budget is settled',
  cancel: 'the budget is not settled',
};

function addMoves(program: Command): void {
  for (const move of ['pause', 'resume', 'cancel'] as const) {
    const command = newCommand(program, move).argument('<id>', '', idOf('plan'));
    if (move === 'resume') {
      command.option('--again', 'also when another plan may have bought what it asks for');
    }
    command
      .option('--why <text>', 'the reason, stored in the events')
      .addHelpText('after', examples(`${move} 1 --why '${EXAMPLE_WHY[move]}'`))
      .action(async (id: number, options: MoveOptions, command: Command) => {
        await using operations = await openOperations(command);
        const { again, json, why } = options;
        const plan = await operations.steer(id, move, { who: actingUser(), why }, { again });
        answer(json, plan, () => describePlan(plan, operations));
      });
  }
}

function addRetry(program: Command): void {
  newCommand(program, 'retry')
    .argument('<id>', '', idOf('plan'))
    .option('--against-evidence', 'send them again although the evidence contradicts it')
    .option('--by <name>', 'the person who overrules the evidence')
    .option('--why <text>', 'the reason, stored in the events')
    .action(async (id: number, options: RetryOptions, command: Command) => {
      const wish = readRetry(options, { who: actingUser(), by: options.by });
      await using operations = await openOperations(command);
      const orders = await operations.retry(id, wish);
      const plan = await operations.plan(id);
      answer(options.json, { ...plan, retried: orders }, () => [
        `${counted(orders, 'order')} of plan ${id} ${orders === 1 ? 'waits' : 'wait'} again.`,
        ...describePlan(plan, operations),
      ]);
    });
}

function addClose(program: Command): void {
  newCommand(program, 'close')
    .argument('<id>', '', idOf('plan'))
    .argument('[line]', 'a line of the file; by default, all of them', idOf('line'))
    .option('--why <text>', 'the reason, stored in the events')
    .addHelpText('after', examples('close 1', "close 1 7 --why 'bought elsewhere'"))
    .action(async (id: number, line: number | undefined, options: Options, command: Command) => {
      await using operations = await openOperations(command);
      const by = { who: actingUser(), why: options.why };
      const plan = await operations.close(id, line ?? null, by);
      answer(options.json, plan, () => describePlan(plan, operations));
    });
}
