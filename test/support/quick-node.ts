/**
 * Node, and what it is told: to compile WebAssembly once, and not again to make it faster. What
 * runs tests, or is started by one, ends before that is worth what it costs.
 */
export const NODE = [process.execPath, '--liftoff-only'] as const;
