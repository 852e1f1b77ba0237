import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { program } from '../commands/program.ts';
import { startProgram } from '../support/child.ts';
import { freePort } from '../support/free-port.ts';
import { read } from '../support/project.ts';
import { findRedis } from '../support/redis-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { configurationTable } from './configuration-table.ts';

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
  user?: string;
  stop_grace_period?: string;
};

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml'), { merge: true });
  const services: Record<string, Service> = compose.services;
  const ours = Object.entries(services).filter(([, { build }]) => build);

  test('is what the compose specification asks for', () => {
    // Ajv knows drafts by their http:// addresses only.
    const { $schema: _, ...schema } = createRequire(import.meta.url)(
      'docker-compose/schema/compose-spec.json',
    );
    const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    isCompose(compose);
    expect(isCompose.errors).toBeNull();
    isCompose({ ...compose, services: { web: { comand: ['serve'] } } });
    expect(isCompose.errors).not.toBeNull();
  });

  test('runs commands and variables that the program and its documents have', async () => {
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

  test('starts in order: the servers, the tables, the processes that need them', () => {
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
      if (!services[name]?.build)
        expect(image, name).toMatch(/^\w+:[\d.]+-alpine@sha256:[0-9a-f]{64}$/);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test('keeps containers from writing, from becoming root and from taking the machine', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: expect.stringMatching(/^\d+[mg]$/),
        pids_limit: expect.any(Number),
        logging: { driver: 'local', options: { 'max-size': '10m', 'max-file': '5' } },
      });
      if (!service.build) expect(service.user, name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    }
  });

  test('gives workers time for what is in flight', () => {
    // 120 s for an answer, when nothing else is said, and 17 s to write it down and to leave.
    expect(services.worker?.stop_grace_period).toContain(':-2m30s}');
  });

  test.skipIf(!findRedis())(
    'starts a Redis that wants a password, and keeps it to itself',
    async () => {
      const [, ...args] = services.redis!.command!.map((word) => word.replace(/\$\{.*/, 'hush'));
      const port = await freePort();
      const folder = temporaryFolder();
      const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
      const server = startProgram(findRedis()!, [...args, ...own], { cwd: folder });
      await server.waitFor('Ready to accept connections');
      expect(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain('hush');

      const ask = async (user: string) => {
        const redis = new Redis(`redis://${user}127.0.0.1:${port}`, { enableReadyCheck: false });
        // The statements below reject with it.
        redis.on('error', () => {});
        try {
          return await redis.config('GET', 'maxmemory*');
        } finally {
          redis.disconnect();
        }
      };
      await expect(ask('')).rejects.toThrow('NOAUTH');
      expect(await ask(':hush@')).toEqual(
        expect.arrayContaining(['noeviction', String(512 * 2 ** 20)]),
      );
      for (const name of ['web', 'worker', 'sandbox-worker'])
        expect(services[name]?.environment?.REDIS_URL).toBe(
          `redis://:${services.redis?.environment?.REDISCLI_AUTH}@redis:6379`,
        );
    },
  );

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
