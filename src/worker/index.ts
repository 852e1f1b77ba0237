export { openVendorFor, openWorker, type Worker } from './worker.ts';
