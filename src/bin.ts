#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// What an installed package is begun with. An older Node has to understand it, so it imports nothing
// of ours before it knows that Node to be new enough.
const { engines } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), { encoding: 'utf8' }),
);
const needed = engines.node.replace('>=', '');
const { node } = process.versions;

if (node.localeCompare(needed, 'en', { numeric: true }) < 0) {
  console.error(`bulk-order needs Node ${needed} or newer, and this is Node ${node}.`);
  process.exitCode = 1;
} else {
  // What Node says of itself, such as that its SQLite was an experiment, is of no use to a person.
  process.removeAllListeners('warning');
  import('./cli.ts');
}
