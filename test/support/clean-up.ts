import { onTestFinished, TestRunner } from 'vitest';

type Operation = () => unknown;

const atEndOfFile: Operation[] = [];

/**
 * Undoes something at the end of the running test, or at the end of the file when no test is
 * running (in a `beforeAll`, say). The last thing opened is the first one closed.
 */
export function atEnd(undo: Operation): void {
  if (TestRunner.getCurrentTest()) onTestFinished(async () => void (await undo()));
  else atEndOfFile.push(undo);
}

/**
 * Undoes what a file has left to its end, the last thing first. Throws what could not be undone.
 */
export async function undoAll(): Promise<void> {
  const faults: unknown[] = [];
  for (const undo of atEndOfFile.splice(0).reverse()) {
    try {
      await undo();
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new AggregateError(faults, 'Several things could not be undone.');
}
