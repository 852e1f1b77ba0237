/**
 * Tries out what `npm pack` makes: installs it in an empty folder, beside the oldest Node that it
 * allows, and places the example plan with it, from a sandbox on this machine. Needs Linux.
 *
 *   node deploy/try-package.ts
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { COMMAND_NAMES } from '../src/command-list.ts';

const ROOT = resolve(import.meta.dirname, '..');
const EXAMPLE = join(ROOT, 'examples/first-plan.csv');
const { engines, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const OLDEST = engines.node.replace('>=', '');
const TOO_OLD = '20.20.0';

const room = mkdtempSync(join(tmpdir(), 'bulk-order-package-'));
const [oldest, tooOld] = [join(room, 'oldest'), join(room, 'too-old')];
const command = join(oldest, 'node_modules/.bin/bulk-order');
try {
  npm(ROOT, 'pack', '--pack-destination', room);
  for (const [folder, version] of [
    [oldest, OLDEST],
    [tooOld, TOO_OLD],
  ] as const) {
    mkdirSync(folder);
    npm(folder, 'install', `node-${process.platform}-${process.arch}@${version}`);
  }
  // Also whether any of its packages wants a newer Node.
  npm(oldest, 'install', '--engine-strict', join(room, `bulk-order-${version}.tgz`));

  assert.equal(succeed('--version'), `${version}\n`);
  for (const name of COMMAND_NAMES)
    assert.match(succeed(name, '--help'), new RegExp(`^Usage: bulk-order ${name}`));
  console.log(`With Node ${OLDEST} it has all its commands.`);
  await placeExample();
  await showPages();
  sayWhatIsNeeded();
} finally {
  rmSync(room, { recursive: true, force: true });
}

/** With the Node that was installed in the folder, if any. */
function npm(cwd: string, ...words: string[]): void {
  execFileSync('npm', [...words, '--prefix', cwd, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    env: { ...process.env, PATH: pathWith(cwd) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function pathWith(folder: string): string {
  return [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
}

/** Without the keys and the address of the person who runs this: it buys from the sandbox. */
function optionsOf(nodeFrom: string, DIALOGTECH_URL = 'http://127.0.0.1:9') {
  const env = { PATH: pathWith(nodeFrom), DIALOGTECH_URL };
  return { cwd: oldest, env, encoding: 'utf8' } as const;
}

function succeed(...words: string[]): string {
  return execFileSync(command, words, optionsOf(oldest));
}

async function placeExample(): Promise<void> {
  const sandbox = spawn(command, ['sandbox', '--port', '0'], {
    ...optionsOf(oldest),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const exited = once(sandbox, 'exit');
  try {
    const [line] = await Promise.race([
      once(createInterface(sandbox.stderr), 'line'),
      exited.then(([code]) => assert.fail(`The sandbox ended with ${code}.`)),
    ]);
    const [, url] = /DIALOGTECH_URL=(\S+)/.exec(line) ?? [];
    assert.ok(url, line);
    const options = optionsOf(oldest, url);
    const order = spawnSync(command, ['order', EXAMPLE], options);
    assert.equal(order.status, 2, order.stderr);
    const summary = readFileSync(join(oldest, 'results/1-first-plan/summary.json'), 'utf8');
    const { requested, bought, short } = JSON.parse(summary).totals;
    assert.deepEqual({ requested, bought, short }, { requested: 300, bought: 282, short: 18 });
    execFileSync(command, ['audit', '1', '--vendor'], options);
    console.log(`It placed the example plan: ${bought} numbers, and every law holds.`);
  } finally {
    sandbox.kill();
    await exited;
  }
}

/** Their files, and those of Bull Board, are beside the program and not in it. */
async function showPages(): Promise<void> {
  const { env, ...options } = optionsOf(oldest);
  const up = spawn(command, ['up'], {
    ...options,
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const exited = once(up, 'exit');
  try {
    const [line] = await once(createInterface(up.stderr), 'line');
    const [url] = /http:\/\/[\w.:]+/.exec(line) ?? [];
    assert.ok(url, line);
    for (const page of ['/', '/queues/', '/example.csv', '/api/openapi.json']) {
      const answer = await fetch(url + page);
      const text = await answer.text();
      assert.equal(answer.status, 200, `${page}: ${text}`);
      for (const [, file] of text.matchAll(/(?:src|href)="(\/?[\w./-]+\.(?:js|css|svg))"/g)) {
        const { status } = await fetch(new URL(file!, new URL('/queues/', url)));
        assert.equal(status, 200, `${file} of ${page}`);
      }
    }
    console.log('It shows its pages and the board.');
  } finally {
    up.kill();
    await exited;
  }
}

function sayWhatIsNeeded(): void {
  const { status, stdout, stderr } = spawnSync(command, ['--version'], optionsOf(tooOld));
  const sentence = `bulk-order needs Node ${OLDEST} or newer. This is Node ${TOO_OLD}.\n`;
  assert.deepEqual({ status, stdout, stderr }, { status: 1, stdout: '', stderr: sentence });
  console.log(`With Node ${TOO_OLD} it says what it needs.`);
}
