export { MemoryBackend } from './backend.ts';
export { MemoryJobs } from './jobs.ts';
