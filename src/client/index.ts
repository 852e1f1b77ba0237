export type { CheckedFile, Office, Settlement, ShownLine } from './office.ts';
export { openRemote } from './remote.ts';
export { OWN_AGENT } from './request.ts';
