export { openTeller, type Teller } from './teller.ts';
export { openVendorFor, openWorker, type Worker, type Workplace } from './worker.ts';
