import { expect, test } from 'vitest';
import { read } from '../support/project.ts';

const readJson = (path: string) => JSON.parse(read(path));

type Package = {
  version?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
  bin?: Record<string, string>;
};
const locked = Object.entries<Package>(readJson('package-lock.json').packages);
const installed = locked.filter(([path, { link }]) => path.startsWith('node_modules/') && !link);

test('every package is held to what it was by a hash', () => {
  expect(installed.length).toBeGreaterThan(300);
  for (const [path, { integrity }] of installed) expect(integrity, path).toMatch(/^sha512-/);
});

test('the Node of the scripts is one version on each platform and runs no script', () => {
  const { version, optionalDependencies } = readJson('development-node/package.json');
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
