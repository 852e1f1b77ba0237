/** The sandbox's face: what the rest of the program may know of it. */
export type { BookedRequest, Books } from './books.ts';
export { LIST_LIES, type ListLie } from './list-lies.ts';
export type { Mood } from './moods.ts';
export { openSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export type { StockLevels } from './shelves.ts';
export { TEMPERS, type Temper } from './tempers.ts';
