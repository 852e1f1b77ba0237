export { startWorker, type Worker, type Workplace } from './worker.ts';
