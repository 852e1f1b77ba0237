export { exposition } from './facts.ts';
export { type Meter, type Meters, openMeters } from './meters.ts';
export { openProbes } from './probes.ts';
export { openProbesFor, type ProbedProcess } from './process-probes.ts';
export { requireServing } from './serving.ts';
export { watchForStuck } from './stuck.ts';
