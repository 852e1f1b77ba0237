export type { BookedRequest, Books } from './books.ts';
export type { FaultMix } from './fault-mix.ts';
export { FAULTS, type FaultName } from './faults.ts';
export { SHORT_STOCK, type StockLevels } from './inventories.ts';
export { LIST_FAULTS, type ListFault } from './list-faults.ts';
export { openSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
