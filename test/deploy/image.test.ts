import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  copiesOf,
  entersContext,
  environmentOf,
  readDockerfile,
  type Stage,
} from '../../deploy/dockerfile.ts';
import { ROOT, read } from '../support/project.ts';
import { knownVariables } from './configuration-table.ts';

const stages = readDockerfile(read('Dockerfile'));
const image = stages.at(-1)!;
const only = (stage: Stage, name: string) => {
  const found = stage.instructions.filter((each) => each.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
};

describe('the image', () => {
  test('has the Node that development runs on, to the byte, and the compiled program', () => {
    const { version } = JSON.parse(read('development-node/package.json'));
    const base = new RegExp(`^node:${version}-slim@sha256:[0-9a-f]{64}$`);
    expect(new Set(stages.map(({ image }) => image)).size).toBe(1);
    expect(image.image).toMatch(base);
    expect(copiesOf(image)).toEqual([
      { from: 'packages', sources: ['/app/node_modules'], target: './node_modules' },
      { from: 'build', sources: ['/app/dist'], target: './dist' },
    ]);
  });

  test('holds packages for production only, and none of them ran a script', () => {
    const packages = stages.find(({ as }) => as === 'packages')!;
    expect(only(packages, 'RUN').exec).toEqual(
      expect.arrayContaining(['ci', '--omit=dev', '--omit=optional', '--ignore-scripts']),
    );
    for (const { text, exec } of stages.flatMap(({ instructions }) => instructions))
      if (exec?.[1] === 'ci') expect(exec, text).toContain('--ignore-scripts');
  });

  test('runs as a user that is seen to be not root, and writes to its volume alone', () => {
    expect(only(image, 'USER').text).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(environmentOf(image).DATA_DIR).toBe(only(image, 'VOLUME').text);
  });

  test('starts nothing through a shell, so that signals reach the program', () => {
    for (const stage of stages) {
      for (const { name, text, exec } of stage.instructions) {
        if (/^(RUN|CMD|ENTRYPOINT|HEALTHCHECK|SHELL)$/.test(name))
          expect(exec, text).not.toBeNull();
        expect(exec ?? [], text).not.toContain('sh');
      }
    }
    expect(only(image, 'ENTRYPOINT').exec).toEqual(['node', 'dist/src/bin.js']);
    expect(only(image, 'HEALTHCHECK').exec?.[0]).toBe('node');
  });

  test('copies what there is and what the context holds, which is no key and no ledger', () => {
    const dockerignore = read('.dockerignore');
    for (const stage of stages) {
      for (const { from, sources } of copiesOf(stage)) {
        if (from !== null) {
          expect(stages.map(({ as }) => as)).toContain(from);
          continue;
        }
        for (const source of sources) {
          expect(existsSync(resolve(ROOT, source)), source).toBe(true);
          expect(entersContext(dockerignore, source), source).toBe(true);
        }
      }
    }
    for (const path of ['.env', 'secrets', 'data', 'results', '.git', 'node_modules', 'test'])
      expect(entersContext(dockerignore, path), path).toBe(false);
  });

  test('sets variables that docs/configuration.md has', () => {
    const known = knownVariables();
    for (const name of Object.keys(environmentOf(image))) expect(known).toContain(name);
  });
});
