import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(resolve(ROOT, path), 'utf8'));

type Package = {
  version?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
  bin?: Record<string, string>;
};
const locked = Object.entries<Package>(read('package-lock.json').packages);
const installed = locked.filter(([path, { link }]) => path.startsWith('node_modules/') && !link);

test('every package is held to what it was by a hash', () => {
  expect(installed.length).toBeGreaterThan(300);
  for (const [path, { integrity }] of installed) expect(integrity, path).toMatch(/^sha512-/);
});

test('the Node of the scripts is one version on each platform and runs no script', () => {
  const { version, optionalDependencies } = read('development-node/package.json');
  const nodes = installed.filter(([, { bin }]) => bin?.node);
  expect(nodes.map(([path]) => path.replace('node_modules/', ''))).toEqual(
    Object.keys(optionalDependencies),
  );
  for (const [path, node] of nodes) {
    expect(node.version, path).toBe(version);
    expect(node.hasInstallScript, path).toBeUndefined();
  }
  expect(process.version).toBe(`v${version}`);
});
