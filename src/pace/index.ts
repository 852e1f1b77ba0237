export { openPace, type Pace, type PaceOptions, type Turn } from './pace.ts';
