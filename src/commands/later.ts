import type { Command } from 'commander';
import { AppError } from '../errors.ts';

/** Commands that are promised and not there yet say so, and what to use until then. */
export function addLater(program: Command): void {
  for (const [name, description, instead] of [
    ['serve', 'the web page and API', 'Until then, "submit" and "work" do the same from here.'],
    [
      'up',
      'web page, API and a worker in one process',
      'Until then, "order PLAN.csv" does it all in one process.',
    ],
  ] as const) {
    program
      .command(name)
      .description(`${description} (comes in a later version)`)
      .allowExcessArguments()
      .allowUnknownOption()
      .action(() => {
        throw new AppError(
          'wrong_use',
          `"${name}" (${description}) comes in a later version. ${instead}`,
        );
      });
  }
}
