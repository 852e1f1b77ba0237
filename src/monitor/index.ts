export { exposition } from './exposition.ts';
export { type Meter, type Meters, openMeters } from './meters.ts';
export { openProbes, type Probes } from './probes.ts';
export { requireServing, type Watched } from './serving.ts';
export { type StuckOptions, type StuckWatch, watchForStuck } from './stuck.ts';
