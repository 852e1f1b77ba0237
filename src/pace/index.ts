export { openPace, type Pace, type Turn } from './pace.ts';
