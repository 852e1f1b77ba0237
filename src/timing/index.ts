export { doneWithin, realTimer, type Timer } from './done-within.ts';
export { repeat } from './repeat.ts';
export { type InSlot, openSlots } from './slots.ts';
