import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program } from '../commands/program.ts';
import { findCommand } from '../support/find-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { knownVariables } from './configuration-table.ts';
import { readManifests } from './manifests.ts';

const SYSTEMD = resolve(import.meta.dirname, '../../deploy/systemd');
const unit = readFileSync(join(SYSTEMD, 'bulk-order.service'), 'utf8');
const live = readFileSync(join(SYSTEMD, 'live.conf'), 'utf8');

/** Every value of a directive, in order. */
const valuesOf = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!);
const variablesOf = (text: string) =>
  valuesOf(text, 'Environment').flatMap((line) => line.split(' ').map((pair) => pair.split('=')));

describe('the service', () => {
  test('runs a command that there is, with variables that docs/configuration.md has', async () => {
    const commands = (await program()).commands.map((command) => command.name());
    const [name, ...words] = valuesOf(unit, 'ExecStart')[0]!.split(' ');
    expect(name).toBe('bulk-order');
    expect(commands).toContain(words.join(' '));
    const known = knownVariables();
    for (const [variable] of variablesOf(unit + live)) expect(known).toContain(variable);
  });

  test('has as long to stop as a worker in a cluster', () => {
    const worker = readManifests().find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'worker',
    );
    const seconds = worker?.spec.template.spec.terminationGracePeriodSeconds;
    expect(valuesOf(unit, 'TimeoutStopSec')).toEqual([`${seconds}s`]);
  });

  test('gets each secret from systemd, as a file that a variable names', () => {
    const handed = valuesOf(live, 'LoadCredential').map((value) => value.split(':')[0]);
    const asked = variablesOf(live).flatMap(([name, value]) =>
      name!.endsWith('_FILE') ? [value] : [],
    );
    expect(asked).toEqual(handed.map((name) => `%d/${name}`));
  });
});

describe.skipIf(!findCommand('systemd-analyze'))('as systemd sees it, the service', () => {
  /** With a command that is there, since the program need not be installed. */
  function analyze(words: string[], { more = '' } = {}) {
    const folder = temporaryFolder();
    const path = join(folder, 'bulk-order.service');
    writeFileSync(path, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
    mkdirSync(`${path}.d`);
    writeFileSync(`${path}.d/live.conf`, live + more);
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...words, path], {
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  }

  test('is well-formed, with what makes it buy', () => {
    expect(analyze(['verify'])).toEqual({ status: 0, said: '' });
    expect(analyze(['verify'], { more: 'LoadCredentials=a:/b\n' }).said).toContain('Unknown key');
  });

  test('is exposed by 1.5 of 10 at most', () => {
    const words = ['security', '--offline=yes', '--threshold=15', '--no-pager'];
    expect(analyze(words)).toMatchObject({ status: 0, said: expect.stringContaining('OK') });
    expect(analyze(words, { more: 'SystemCallFilter=\nPrivateUsers=no\n' }).status).not.toBe(0);
  });
});
