/**
 * Tries the image where there is no Docker engine: follows the Dockerfile in an empty folder, and
 * runs the program there with the image's environment. Started by root, it runs the program as the
 * image's user, who owns only the folder of the data.
 *
 *   node deploy/try-image.ts
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  copiesOf,
  entersContext,
  environmentOf,
  readDockerfile,
  type Stage,
} from './dockerfile.ts';

const ROOT = resolve(import.meta.dirname, '..');
const USER = 1000;

const room = mkdtempSync(join(tmpdir(), 'bulk-order-image-'));
try {
  chmodSync(room, 0o755);
  const stages = readDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  for (const [at, stage] of stages.entries()) build(stage, join(room, stage.as ?? String(at)));
  const last = stages.at(-1)!;
  await tryOut(last, join(room, last.as ?? String(stages.length - 1)));
} finally {
  rmSync(room, { recursive: true, force: true });
}

function build(stage: Stage, root: string): void {
  mkdirSync(join(root, 'app'), { recursive: true });
  for (const { from, sources, target } of copiesOf(stage)) {
    for (const source of sources) {
      if (
        from === null &&
        !entersContext(readFileSync(join(ROOT, '.dockerignore'), 'utf8'), source.split('/')[0]!)
      )
        throw new Error(`${source} is copied, and .dockerignore keeps it out.`);
      const found = from === null ? join(ROOT, source) : join(room, from, source);
      const place = target === './' ? basename(source) : target;
      cpSync(found, join(root, 'app', place), { recursive: true, verbatimSymlinks: true });
    }
  }
  for (const { name, exec } of stage.instructions) {
    if (name !== 'RUN' || exec === null) continue;
    if (exec[0] === 'install') makeDataFolder(root);
    else execFileSync(exec[0]!, exec.slice(1), { cwd: join(root, 'app'), stdio: 'inherit' });
  }
}

function makeDataFolder(root: string): void {
  mkdirSync(join(root, 'data'));
  if (process.getuid?.() === 0) chownSync(join(root, 'data'), USER, USER);
}

async function tryOut(stage: Stage, root: string): Promise<void> {
  const app = join(root, 'app');
  const size = execFileSync('du', ['-sh', app], { encoding: 'utf8' }).split('\t')[0];
  console.log(`The program and its packages take ${size}.`);
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const needless = Object.keys(packages).filter(
    (path) => (packages[path].dev || packages[path].devOptional) && existsSync(join(app, path)),
  );
  assert.deepEqual(needless, [], 'It holds packages that only development needs.');
  const env = {
    PATH: process.env.PATH ?? '',
    ...environmentOf(stage),
    DATA_DIR: join(root, 'data'),
    PORT: String(await freePort()),
    HEALTH_PORT: String(await freePort()),
  };
  const user = process.getuid?.() === 0 ? { uid: USER, gid: USER } : {};
  const options = { cwd: app, env, ...user };
  const commandOf = (name: string) =>
    stage.instructions
      .findLast((each) => each.name === name)!
      .exec!.map((word, at) => (at === 0 ? process.execPath : word));
  const [node = '', ...entry] = commandOf('ENTRYPOINT');
  const run = (...words: string[]) =>
    execFileSync(node, [...entry, ...words], { ...options, encoding: 'utf8' });

  assert.match(run('--help'), /Usage: bulk-order/);
  const plan = join(root, 'data', 'plan.csv');
  cpSync(join(ROOT, 'examples', 'first-plan.csv'), plan);
  assert.equal(JSON.parse(run('check', plan, '--json')).faultCount, 0);
  console.log('It helps, and checks a plan.');

  const signIn = { WEB_USER: 'ops', WEB_PASSWORD: 'open, sesame' };
  const up = spawn(node, [...entry, 'up'], {
    ...options,
    env: { ...env, ...signIn },
    stdio: 'inherit',
  });
  try {
    const [probe = '', ...question] = commandOf('HEALTHCHECK');
    const deadline = Date.now() + 60_000;
    while (!succeeds(() => execFileSync(probe, question, { ...options, stdio: 'ignore' }))) {
      assert.ok(Date.now() < deadline, 'It is not healthy within a minute.');
      assert.equal(up.exitCode, null, 'It has ended.');
      await pause(500);
    }
    console.log('It is healthy.');
    up.kill('SIGTERM');
    const [code] = await once(up, 'exit');
    assert.equal(code, 0);
    console.log('SIGTERM ends it in good order.');
  } finally {
    up.kill('SIGKILL');
  }
}

function succeeds(operation: () => void): boolean {
  try {
    operation();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  assert.ok(address && typeof address === 'object');
  return address.port;
}
