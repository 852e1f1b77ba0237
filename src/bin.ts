#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// The entry of an installed package. It must run on an older Node, so it imports the program only
// when Node is new enough.
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
  import('./cli.ts');
}
