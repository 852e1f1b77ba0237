import { randomUUID } from 'node:crypto';
import type { MarkCall, MarkStore, Recalled } from '../../src/witness/index.ts';

/** A new call to mark, which holds this ticket. */
export function callWith(ticket: string): MarkCall {
  return { id: randomUUID(), ticket, repeatWithinMs: 60_000 };
}

/** All that a store hands over, as one who then has it. */
export async function recalledBy(store: MarkStore): Promise<Recalled[]> {
  const recalled: Recalled[] = [];
  await store.recall(async (marks) => {
    for await (const bitmap of marks) recalled.push(bitmap);
  });
  return recalled;
}
