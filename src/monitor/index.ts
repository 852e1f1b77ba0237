export { exposition } from './exposition.ts';
export { type Meter, type Meters, openMeters } from './meters.ts';
export { openProbes } from './probes.ts';
export { requireServing, type Watched } from './serving.ts';
export { watchForStuck } from './stuck.ts';
