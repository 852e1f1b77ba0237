export { promoteFarOff } from './far-off.ts';
export {
  type Depth,
  emptyQueue,
  fillQueue,
  isOnHold,
  jobId,
  queueDepth,
  razeQueue,
  removeJobs,
} from './fill.ts';
export { restQueue, setLimit } from './limit.ts';
export { type OrderQueue, openQueue, queueName } from './open.ts';
export { type SharedQueues, shareQueues } from './shared.ts';
export { type JobAnswer, type PlaceOrder, type QueueWorker, workQueue } from './work.ts';
