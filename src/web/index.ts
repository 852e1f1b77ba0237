export type { WebContext } from './context.ts';
export { openWeb, type Web, type WebOptions } from './server.ts';
