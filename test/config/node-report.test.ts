/** Reports of Node hold the environment. Containers switch them on by NODE_OPTIONS. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openShell, openVendor, quickLedger, urlOf } from '../commands/shell.ts';
import { until } from '../support/until.ts';

const KEYS = {
  DIALOGTECH_ACCESS_KEY: 'Sup3rS3cretAccess',
  DIALOGTECH_SECRET_ACCESS_KEY: 'An0therS3cretKey',
};

/** A server whose Node writes reports into a folder, under these options. */
async function reporting(options: (file: (content: string) => string) => string) {
  const vendor = await openVendor();
  const own = { ...(await quickLedger()), PORT: '0', DIALOGTECH_URL: vendor.url, ...KEYS };
  const shell = openShell(own);
  const folder = join(shell.folder, 'reports');
  mkdirSync(folder);
  const told = options((content) => join(shell.folder, shell.file('told.mjs', content)));
  const NODE_OPTIONS = `${told} --report-directory=${folder}`;
  const server = shell.start(['up'], { NODE_OPTIONS });
  await urlOf(server);
  return {
    server,
    reports: () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
  };
}

const keysIn = (text: string) => Object.values(KEYS).filter((key) => text.includes(key));

test('a report of Node on a signal holds no key', async () => {
  const { server, reports } = await reporting(() => '--report-on-signal');
  server.kill('SIGUSR2');
  const isWhole = () => reports().some((text) => text.trimEnd().endsWith('}'));
  await until(isWhole, { what: 'the report is whole' });
  expect(reports().flatMap(keysIn)).toEqual([]);
});

test.each([
  ['is not written', '', 0],
  ['holds no key when Node is told so', '--report-exclude-env', 1],
])('a report of Node without memory %s', async (_what, more, count) => {
  const fillMemory = `
    const all = [];
    process.on('SIGUSR2', () => {
      for (;;) all.push(new Array(1_000_000).fill(0.5));
    });`;
  const { server, reports } = await reporting(
    (file) =>
      `--import=${file(fillMemory)} --max-old-space-size=150 --report-on-fatalerror ${more}`,
  );
  server.kill('SIGUSR2');
  await server.exited;
  expect(reports()).toHaveLength(count);
  expect(reports().flatMap(keysIn)).toEqual([]);
});
