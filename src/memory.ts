import { setFlagsFromString } from 'node:v8';

/**
 * For commands that pass a million rows from one place to another: little of them is alive at a
 * time, and V8, which trades memory for time, would take 70 MB more for what is not (measured).
 */
export function keepMemoryFlat(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=25');
}
