import type { Command } from 'commander';
import { deliverResults } from '../dialogue/index.ts';
import { keepMemoryFlat } from '../memory.ts';
import { openOperations } from '../session/index.ts';
import { examples, idOf, newCommand } from '../terminal/index.ts';

type Options = { json?: true; out?: string };

export function addResults(program: Command): void {
  newCommand(program, 'results')
    .argument('<id>', '', idOf('plan'))
    .option('--out <dir>', 'folder for the files')
    .addHelpText('after', examples('results 1 --out bought'))
    .action(async (id: number, options: Options, command: Command) => {
      keepMemoryFlat();
      await using operations = await openOperations(command);
      await deliverResults(operations, await operations.plan(id), options);
    });
}
