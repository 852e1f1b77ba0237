/**
 * Node, and what it is told: to compile WebAssembly once, and not again to make it faster. A child
 * has ended before that would be worth what it costs, which is a third of its time with PGlite.
 */
export const NODE = [process.execPath, '--liftoff-only'] as const;
