import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  copiesOf,
  entersContext,
  environmentOf,
  readDockerfile,
  type Stage,
} from '../../deploy/dockerfile.ts';
import { program } from '../commands/program.ts';
import { configurationTable } from './configuration-table.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(resolve(ROOT, path), 'utf8');

const stages = readDockerfile(read('Dockerfile'));
const image = stages.at(-1)!;
const only = (stage: Stage, name: string) => {
  const found = stage.instructions.filter((each) => each.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!;
};

describe('the image', () => {
  test('is of the Node that development runs on, to the byte, and holds the program compiled', () => {
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

  test('sets variables that README tells of', () => {
    const known = configurationTable();
    for (const name of Object.keys(environmentOf(image)))
      if (name !== 'NODE_ENV') expect(known).toContain(name);
  });
});

type Service = {
  image: string;
  build?: string;
  command?: string[];
  profiles?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { disable?: boolean; test?: string[] };
  secrets?: string[];
  ports?: string[];
  read_only?: boolean;
  network_mode?: string;
  stop_grace_period?: string;
};

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true });
  const services: Record<string, Service> = compose.services;
  const ours = Object.entries(services).filter(([, { build }]) => build);

  test('is what the compose specification asks for', () => {
    const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(
      JSON.parse(read('test/deploy/compose-spec.json')),
    );
    isCompose(compose);
    expect(isCompose.errors).toBeNull();
    isCompose({ ...compose, services: { web: { comand: ['serve'] } } });
    expect(isCompose.errors).not.toBeNull();
  });

  test('runs commands that the program has, with variables that README tells of', async () => {
    const commands = (await program()).commands.map((command) => command.name());
    const known = configurationTable();
    for (const [service, { command = [], environment = {} }] of ours) {
      expect(commands, service).toContain(command[0]);
      for (const name of Object.keys(environment)) expect(known, service).toContain(name);
    }
    expect(ours.map(([name]) => name).sort()).toEqual([
      'migrate',
      'sandbox',
      'sandbox-worker',
      'web',
      'worker',
    ]);
  });

  test('starts in order: the servers, the tables, whoever needs them', () => {
    expect(services.migrate?.depends_on).toMatchObject({
      postgres: { condition: 'service_healthy' },
    });
    for (const name of ['web', 'worker', 'sandbox-worker'])
      expect(services[name]?.depends_on, name).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    for (const [name, { depends_on = {} }] of Object.entries(services))
      for (const needed of Object.keys(depends_on)) {
        expect(Object.keys(services), name).toContain(needed);
        if (needed !== 'migrate') expect(services[needed]?.healthcheck, needed).toBeDefined();
      }
  });

  test('names no version that changes by itself, and opens ports to this machine only', () => {
    for (const [name, { image, ports = [] }] of Object.entries(services)) {
      if (!services[name]?.build) expect(image, name).toMatch(/^\w+:\d+-alpine$/);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test('keeps its programs from writing, and gives them time for what is in flight', () => {
    for (const [name, service] of ours) expect(service.read_only, name).toBe(true);
    // 120 s for an answer, when nothing else is said, and 17 s to write it down and to leave.
    expect(services.worker?.stop_grace_period).toContain(':-2m30s}');
  });

  test('hands over keys and the password as secrets, never in the environment', () => {
    for (const [name, { environment = {}, secrets = [] }] of ours) {
      for (const [variable, value] of Object.entries(environment)) {
        expect(variable, name).not.toMatch(/^(DIALOGTECH_.*KEY|WEB_PASSWORD)$/);
        const [, secret] = /\/run\/secrets\/(\w+)/.exec(value) ?? [];
        if (secret) expect(secrets, name).toContain(secret);
      }
      for (const secret of secrets) expect(Object.keys(compose.secrets), name).toContain(secret);
    }
  });

  test('is filled in by what .env.example shows', () => {
    const asked = read('docker-compose.yml').matchAll(/\$\{(\w+):[-+]/g);
    const shown = [...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(new Set(shown)).toEqual(new Set([...asked].map(([, name]) => name)));
  });
});
