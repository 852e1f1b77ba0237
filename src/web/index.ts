export type { Desk } from './desk.ts';
export { openWeb, type Web, type WebOptions } from './server.ts';
