export { openVendorFor, openWorker, type Worker, type Workplace } from './worker.ts';
