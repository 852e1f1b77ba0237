#!/usr/bin/env node
/**
 * Starts the program. This file is JavaScript, because an older Node must be able to read it, and
 * because Node would load its compiler of TypeScript to read it at each start.
 */
import { readFileSync } from 'node:fs';
// As a whole: an older Node does not export what is used of it.
import module from 'node:module';
import { resolve } from 'node:path';

const { engines } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), { encoding: 'utf8' }),
);
const needed = engines.node.replace('>=', '');
const { node } = process.versions;

if (node.localeCompare(needed, 'en', { numeric: true }) < 0) {
  console.error(`bulk-order needs Node ${needed} or newer. This is Node ${node}.`);
  process.exitCode = 1;
} else {
  // Node's own warnings, such as one about its SQLite, do not help a person.
  process.removeAllListeners('warning');
  // Compiles once, not at each start: saves half of the start time and 30 MB. Keeps nothing if the
  // folder cannot be written.
  module.enableCompileCache(resolve(import.meta.dirname, '../node_modules/.cache/compiled'));
  import('./cli.ts');
}
