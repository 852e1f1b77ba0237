import type { Command } from 'commander';
import { deliverResults } from '../dialogue/index.ts';
import { keepMemoryFlat } from '../memory.ts';
import { openOperations, serverOption, tokenOption } from '../session/index.ts';
import { examples, idOf } from '../terminal/index.ts';

type Options = { json?: true; out?: string };

export function addResults(program: Command): void {
  program
    .command('results')
    .argument('<id>')
    .description('write the six result files of a plan in its current state')
    .option('--out <dir>', 'folder for the files')
    .addOption(serverOption())
    .addOption(tokenOption())
    .addHelpText('after', examples('results 1 --out bought'))
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const planId = idOf(id, 'plan');
      keepMemoryFlat();
      await using operations = await openOperations(`results ${id}`, command);
      await deliverResults(operations, await operations.plan(planId), options);
    });
}
