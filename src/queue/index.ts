export { type Filled, fillQueue, isOnHold, jobId, queueDepth, removeJobs } from './fill.ts';
export { type OrderQueue, openQueue, queueName } from './open.ts';
export { paceWindow, setPace } from './pace.ts';
export { type SharedQueues, shareQueues } from './shared.ts';
export { type Deed, type JobAnswer, type QueueWorker, workQueue } from './work.ts';
