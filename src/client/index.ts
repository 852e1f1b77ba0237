export type { AccountChange, CheckedFile, Office, Settlement, ShownLine } from './office.ts';
export { openRemote } from './remote.ts';
