import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { startNode } from './support/child.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const LOG = join(import.meta.dirname, '../src/log.ts');
const SCRUB = join(import.meta.dirname, '../src/scrub.ts');
const KEY = 'Qu1zA+b/Xy7Kw=&Vn3Ty';
const PASSWORD = 'hüsh hush';

/** Runs statements that log in a separate process, because a log goes straight to stderr. */
async function logged(level: string, statements: string) {
  const script = `
    import { createLog } from ${JSON.stringify(LOG)};
    import { keepSecret } from ${JSON.stringify(SCRUB)};
    const key = ${JSON.stringify(KEY)};
    const password = ${JSON.stringify(PASSWORD)};
    const secrets = keepSecret([key, password]);
    const log = createLog(${JSON.stringify(level)}, secrets);
    ${statements}`;
  const child = startNode(['--input-type=module', '--eval', script], { cwd: temporaryFolder() });
  const { stdout, stderr } = await child.exited;
  return { stdout, stderr, lines: stderr.split('\n').slice(0, -1) };
}

const FAULT = `
  const err = Object.assign(new TypeError('it broke'), {
    code: 'EBROKE', request: { url: 'https://x/?k=' + key }, cause: new Error('below'), body: 'b',
  });`;

describe('a log', () => {
  let written: Awaited<ReturnType<typeof logged>>;
  beforeAll(async () => {
    written = await logged(
      'info',
      `${FAULT}
      log.info('first\\nsecond');
      log.debug('not asked for');
      log.warn({ order: 10000001, numbers: ['2125550100'] }, 'an order');
      log.error({ err }, 'a fault');
      log.error({ err: 'only words' }, 'a fault of another kind');
      process.kill(process.pid, 'SIGKILL');`,
    );
  });
  const documents = () => written.lines.map((line) => JSON.parse(line));

  test('is one JSON document a line on stderr, and is whole when the process is killed', () => {
    expect(written.stdout).toBe('');
    expect(documents().map(({ level, msg }) => [level, msg])).toEqual([
      [30, 'first\nsecond'],
      [40, 'an order'],
      [50, 'a fault'],
      [50, 'a fault of another kind'],
    ]);
  });

  test('keeps the facts that it is given', () => {
    expect(documents()[1]).toMatchObject({ order: 10000001, numbers: ['2125550100'] });
  });

  test('tells the name, code and message of an error, and nothing else that hangs on it', () => {
    expect(documents()[2].err).toEqual({ name: 'TypeError', code: 'EBROKE', message: 'it broke' });
    expect(documents()[3].err).toEqual({ message: 'only words' });
  });
});

test.each(['debug', 'trace'])('the stack of an error is logged at the level %s', async (level) => {
  const { lines } = await logged(level, `${FAULT} log.error({ err }, 'a fault');`);
  expect(JSON.parse(lines[0]!).err).toEqual({
    name: 'TypeError',
    code: 'EBROKE',
    message: 'it broke',
    stack: expect.stringMatching(/^TypeError: it broke\n {4}at /),
  });
});

test('a secret is taken out wherever in the line it is', async () => {
  const places = {
    'in the message': 'log.info("the key " + key + " and " + password + ".")',
    nested: 'log.info({ a: { b: [{ c: key }] }, [password]: 1 })',
    'in an error': 'log.info({ err: new Error("GET /?k=" + key) })',
    'in an address': 'log.info({ url: "https://x/?k=" + encodeURIComponent(key) + "&l=1" })',
    'in a form': 'log.info(String(new URLSearchParams({ key, password })))',
    'in lower-case escapes': 'log.info(encodeURIComponent(password).toLowerCase())',
    'in JSON within JSON': 'log.info(JSON.stringify({ key: JSON.stringify(key) }))',
    'in a child log': 'log.child({ key }).info({ password })',
    twice: 'log.info(key + key)',
  };
  const { lines } = await logged('info', Object.values(places).join(';\n'));
  expect(lines).toHaveLength(Object.keys(places).length);
  const leaks = Object.keys(places).filter((_, at) =>
    /Qu1z|Xy7K|Vn3T|sh.{0,3}hus/i.test(lines[at]!),
  );
  expect(leaks).toEqual([]);
  for (const line of lines) {
    expect(line).toContain('[removed]');
    expect(JSON.parse(line).level).toBe(30);
  }
});

test('a log without secrets leaves its lines as they are', async () => {
  const { lines } = await logged(
    'silent',
    `createLog('info', keepSecret([])).info({ key }, 'a fact')`,
  );
  expect(JSON.parse(lines[0]!)).toMatchObject({ key: KEY, msg: 'a fact' });
});

test('a log leaves out a secret that it learnt later, and still the earlier ones', async () => {
  const { lines } = await logged(
    'info',
    `log.info('new-key'); secrets.add(['new-key']); log.info('new-key ' + key);`,
  );
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['new-key', '[removed] [removed]']);
});

test('what others wrote is spelt out, and the line says the same', async () => {
  const { lines } = await logged('info', `log.info({ why: 'a\\u009b\\u202e\\n' }, 'x\\u007f');`);
  expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(lines[0]!)).toMatchObject({ why: 'a\u009b\u202e\n', msg: 'x\u007f' });
});

test('a silent log says nothing', async () => {
  expect((await logged('silent', `log.fatal('x')`)).stderr).toBe('');
});
