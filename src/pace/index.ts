export type { PaceOptions } from './moments.ts';
export { openPace, type Pace, type Turn } from './pace.ts';
