import { count } from '../english.ts';
import { ask } from '../terminal/index.ts';

/** Whether a person types how many they are, to `buy` or `settle` them. Commas are passed over. */
export async function typesCount(n: number, verb: string): Promise<boolean> {
  const reply = await ask(`Type ${count(n)} to ${verb} them, anything else to stop: `);
  return reply.trim().replaceAll(',', '') === String(n);
}
