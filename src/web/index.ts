export { openWebFor } from './open-for.ts';
export { openWeb, type Web, type WebOptions } from './server.ts';
