export { openTeller } from './teller.ts';
export { openVendorFor, openWorker, type Worker } from './worker.ts';
