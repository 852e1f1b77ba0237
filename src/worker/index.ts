export { openVendorFor, openWorker, type Worker } from './worker.ts';
export { openWorkers, type Workers } from './workers.ts';
