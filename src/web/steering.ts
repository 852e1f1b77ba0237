import type { WebContext } from './context.ts';

/** A request does not wait longer for the end of a huge plan: an answer comes within a second. */
const END_WITHIN_MS = 500;

/** What a plan is steered with here. */
export const steering = (context: WebContext) => ({ ...context, endWithinMs: END_WITHIN_MS });
