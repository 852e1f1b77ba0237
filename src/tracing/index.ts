export { openTraces } from './open.ts';
export { tracePlan } from './plan.ts';
export { type Span, type Traces, within } from './traces.ts';
