export { operationsOnLedger } from './on-ledger.ts';
export { openOperations, serverOption } from './open.ts';
export type { CheckedFile, Operations, Settlement, ShownLine } from './operations.ts';
export { operationsOver } from './remote.ts';
export { OWN_AGENT } from './request.ts';
export { type Move, steer } from './steer.ts';
export { type Submission, storePlan } from './submit.ts';
