import { randomUUID } from 'node:crypto';
import type { MarkCall } from '../../src/witness/index.ts';

/** A new call to mark, which holds this ticket. */
export function callWith(ticket: string): MarkCall {
  return { id: randomUUID(), ticket, repeatWithinMs: 60_000 };
}
