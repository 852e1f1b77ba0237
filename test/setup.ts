import { afterAll } from 'vitest';
import { undoAll } from './support/clean-up.ts';

// It comes before each file's own hooks, and hooks of this kind run in reverse: a file's own
// afterAll still finds everything open.
afterAll(undoAll);
