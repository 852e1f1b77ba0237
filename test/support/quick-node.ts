import { resolve } from 'node:path';

/**
 * Node, and what it is told: to compile WebAssembly once, and not again to make it faster. What
 * runs tests, or is started by one, ends before that is worth what it costs.
 */
export const NODE = [process.execPath, '--liftoff-only'] as const;

/**
 * Where Node keeps what it has compiled, from one run to the next: it is the program's own place.
 * One that starts without that takes twice as long, and one that is killed leaves nothing.
 */
export const COMPILED = resolve(import.meta.dirname, '../../node_modules/.cache/compiled');
