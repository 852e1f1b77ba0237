import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { startProgram } from '../support/child.ts';
import { installedCli } from '../support/cli.ts';
import { NODE } from '../support/quick-node.ts';
import { runHere } from '../support/run-here.ts';
import { until } from '../support/until.ts';
import { openShell, planOf, quickLedger, type Shell, urlOf } from './shell.ts';
import { describeOnTerminal, startOnTerminal } from './terminal.ts';

const PASSWORD = 'correct horse battery';

/** Each question costs a server the check of a password: a fifth of a second. */
const SELDOM_MS = 1_000;

const KEY = Buffer.from('32 bytes that look quite random!').toString('base64url');

const people = (ledger: Record<string, string> = {}) =>
  openShell({ ...ledger, USERS_FILE: 'secrets.json', PORT: '0' });

const addUser = ({ folder: cwd, env }: Shell, args: string[], input = `${PASSWORD}\n`) =>
  runHere(['user', 'add', ...args], { cwd, env, input });

describe('user', () => {
  test('makes the file for its owner alone, and keeps no password in it', async () => {
    const shell = people();
    const added = await addUser(shell, ['ada', '--role', 'submit', '--role', 'approve']);
    expect(added).toMatchObject({
      code: 0,
      stdout: 'ada may sign in, with the roles submit and approve.\n',
    });
    expect(statSync(join(shell.folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(shell.read('secrets.json')).not.toContain(PASSWORD);
    expect(JSON.parse(shell.read('secrets.json'))).toMatchObject({
      session_key: expect.stringMatching(/^[\w-]{43}$/),
      users: [
        {
          name: 'ada',
          password: expect.stringMatching(/^\$scrypt\$/),
          roles: ['submit', 'approve'],
        },
      ],
    });
    expect(readdirSync(shell.folder)).toEqual(['secrets.json']);
  });

  test('asks for no password for a file that cannot be there', async () => {
    const shell = openShell({ USERS_FILE: 'file/users.json' });
    writeFileSync(join(shell.folder, 'file'), '');
    const added = await addUser(shell, ['ada', '--role', 'view']);
    expect(added).toMatchObject({ code: 1, stderr: expect.stringContaining('be read (ENOTDIR)') });
  });

  test('changes one that is there, keeps the others, and removes', async () => {
    const shell = people();
    await addUser(shell, ['ada', '--role', 'admin']);
    await addUser(shell, ['bea', '--role', 'view']);
    const before = JSON.parse(shell.read('secrets.json'));
    await addUser(shell, ['ada', '--role', 'view'], 'another good one\n');
    const after = JSON.parse(shell.read('secrets.json'));
    expect(after.session_key).toBe(before.session_key);
    expect(after.users[0]).toEqual(before.users[1]);
    expect(after.users[1]).toMatchObject({ name: 'ada', roles: ['view'] });
    expect(after.users[1].password).not.toBe(before.users[0].password);
    expect((await shell.run(['user', 'remove', 'ada'])).code).toBe(0);
    const list = await shell.run(['user', 'list', '--json']);
    expect(JSON.parse(list.stdout)).toEqual([{ name: 'bea', roles: ['view'] }]);
    expect(await shell.ask(['user', 'remove', 'ada'])).toMatchObject({
      code: 1,
      error: { code: 'not_found' },
    });
  });

  test('needs no other setting to be right', async () => {
    const shell = openShell({ USERS_FILE: 'secrets.json', PRICES_FILE: 'gone.json', RATE: 'x' });
    expect((await addUser(shell, ['ada', '--role', 'admin'])).code).toBe(0);
    expect((await shell.run(['user', 'list'])).stdout).toContain('ada');
    expect((await shell.run(['user', 'remove', 'ada'])).code).toBe(0);
    expect((await shell.run(['plans'])).code).toBe(1);
  });

  test('of a token need no server', async () => {
    const shell = openShell(await quickLedger());
    const made = await shell.ask(['token', 'add', 'nightly', '--role', 'submit']);
    expect(made).toMatchObject({ code: 0, role: 'submit', token: expect.stringMatching(/^bo_/) });
    const { stderr } = await shell.run(['token', 'add', 'a', '--role', 'x', '--days', 'y']);
    expect(stderr).toBe(
      'Say "bulk-order token add NAME --role ROLE --days N". --role: it must be one of view, ' +
        'submit, admin. --days: it must be a whole number of days.\n',
    );
    const { error } = await shell.ask(['token', 'add', 'yes', '--role', 'approve']);
    expect(error).toMatchObject({ code: 'invalid_usage' });
    expect(error.message).toContain(
      '--role: no token may have the role approve, because only a person',
    );
    expect(await shell.ask(['token', 'revoke', 'nightly'])).toMatchObject({ code: 0 });
    expect((await shell.run(['token', 'list'])).stdout).toContain('nightly');
  });

  test.runIf(existsSync('/dev/full'))('that could not be shown is no success', async () => {
    const shell = openShell(await quickLedger());
    const add = ['token', 'add', 'nightly', '--role', 'submit'];
    const command = ['-c', '"$0" "$@" > /dev/full', ...NODE, installedCli(), ...add];
    const { code, stderr } = await startProgram('sh', command, {
      cwd: shell.folder,
      env: shell.env,
    }).exited;
    expect(code).toBe(1);
    expect(stderr).toContain('revoke it with "bulk-order token revoke nightly".');
    expect(stderr).toContain('The answer could not be written (ENOSPC).');
  });

  test.each<[string, string[], string, string]>([
    ['a short password', ['ada', '--role', 'view'], 'short\n', 'needs 12 characters at least'],
    ['no password', ['ada', '--role', 'view'], '', 'needs 12 characters at least'],
    ['blanks', ['ada', '--role', 'view'], `${' '.repeat(12)}\n`, 'needs 5 different characters'],
    ['no role', ['ada'], `${PASSWORD}\n`, 'Say what ada may do'],
    ['a role that is none', ['ada', '--role', 'root'], '', '--role is "root"'],
    [
      'a name with a colon',
      ['system:ada', '--role', 'view'],
      '',
      'must begin with a letter or a digit',
    ],
    ['a name that is a step in a path', ['..', '--role', 'view'], '', 'must begin with a letter'],
    ['the name of a part of us', ['breaker', '--role', 'view'], '', 'a part of the program'],
  ])('refuses %s, and makes no file', async (_, args, input, sentence) => {
    const shell = people();
    const { code, stderr } = await addUser(shell, args, input);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(existsSync(join(shell.folder, 'secrets.json'))).toBe(false);
  });

  test('wants to know where the file is', async () => {
    const { stderr } = await openShell().run(['user', 'list']);
    expect(stderr).toContain('Set USERS_FILE');
  });
});

describeOnTerminal('on a terminal', () => {
  test('a password is asked for twice and never shown', async () => {
    const shell = people();
    const terminal = startOnTerminal(shell, ['user', 'add', 'ada', '--role', 'view']);
    await terminal.waitFor('Password: ');
    terminal.type(`${PASSWORD}\r`);
    await terminal.waitFor('The same again: ');
    terminal.type(`${PASSWORD}\r`);
    expect(await terminal.exited).toBe(0);
    expect(terminal.raw).not.toContain(PASSWORD);
  });
});

describe('a file of users', () => {
  let ledger: Record<string, string>;
  beforeAll(async () => {
    ledger = await quickLedger();
  });

  test.each<[string, string, number, string]>([
    ['that everybody may read', '{}', 0o644, 'may be read by every user of this machine'],
    ['that is no JSON', '{"session_key": "hush', 0o600, 'is not JSON'],
    ['without a key', '{"users": []}', 0o600, 'which has a fault: session_key must be 32 random'],
    [
      'with a key that is no random one',
      `{"session_key": "${'A'.repeat(43)}", "users": []}`,
      0o600,
      'session_key must be 32 random bytes',
    ],
    [
      'with a name twice',
      '{"users": [], "groups": {"a": ["view"]},\n"groups": {"a": ["admin"]}}',
      0o600,
      'which has a name twice: see line 2, column 1.',
    ],
    [
      'with a password as it is',
      `{"session_key": "${KEY}", "users": [{"name": "a", "password": "hush"}]}`,
      0o600,
      'users 1 password must be a hash',
    ],
  ])('%s stops the start, and is not quoted', async (_, text, mode, sentence) => {
    const shell = people(ledger);
    shell.file('secrets.json', text);
    chmodSync(join(shell.folder, 'secrets.json'), mode);
    const { code, stderr } = await shell.run(['serve']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(stderr).not.toContain('hush');
  });

  test('is not made anew over one that has faults', async () => {
    const shell = people();
    shell.file('secrets.json', 'not JSON');
    chmodSync(join(shell.folder, 'secrets.json'), 0o600);
    expect((await addUser(shell, ['ada', '--role', 'view'])).code).toBe(1);
    expect(shell.read('secrets.json')).toBe('not JSON');
  });
});

describe('through a server where people sign in', () => {
  let shell: Shell;
  let url: string;
  beforeAll(async () => {
    shell = people(await quickLedger());
    shell.file('plan.csv', planOf(3));
    await addUser(shell, ['ada', '--role', 'admin']);
    url = await urlOf(shell.start(['up']));
  });

  const admin = { WEB_USER: 'ada', WEB_PASSWORD: PASSWORD };

  test('a token is made by an admin, works from a file, and is revoked', async () => {
    const nobody = await shell.ask(['plans', '--server', url]);
    expect(nobody).toMatchObject({ error: { code: 'not_signed_in' } });
    expect(nobody.error.message).toBe(
      `The server at ${url} did not let you in. Set WEB_USER and WEB_PASSWORD to your name and ` +
        'password on that server, or name the file of a token: --token-file FILE.',
    );
    const make = ['token', 'add', 'nightly', '--role', 'submit', '--server', url];
    const { token } = await shell.ask(make, admin);
    shell.file('token', `${token}\n`);
    const through = ['--server', url, '--token-file', 'token'];
    const plan = await shell.ask(['submit', 'plan.csv', ...through]);
    expect(plan).toMatchObject({ code: 0, state: 'ready' });
    expect((await shell.run(['show', `${plan.id}`, ...through])).stdout).toContain(
      '(signed in as token:nightly)',
    );
    expect(await shell.ask(['account', 'sandbox', '--pause', ...through])).toMatchObject({
      error: { code: 'not_allowed', message: expect.stringContaining('needs the role admin') },
    });
    expect((await shell.ask(['token', 'revoke', 'nightly'], admin)).name).toBe('nightly');
    await until(
      async () => (await shell.ask(['plans', ...through])).error?.code === 'not_signed_in',
      { what: 'the token is refused' },
    );
    const listed = await shell.run(['token', 'list'], admin);
    expect(listed.stdout).toMatch(/nightly +submit .*\(signed in as ada\)/);
    expect(listed.stdout).not.toContain(token);
  });

  test('approve and refuse advise no token: only a person may answer', async () => {
    const { error } = await shell.ask(['approve', '1', '--server', url]);
    expect(error.message).toMatch(/to your name and password on that server\.$/);
    for (const command of ['approve', 'refuse'])
      expect((await shell.run([command, '--help'])).stdout).not.toContain('token');
  });

  test('a person who is added while it runs may sign in', async () => {
    const headers = { authorization: `Basic ${btoa(`bea:${PASSWORD}`)}` };
    expect((await fetch(`${url}/api/plans`, { headers })).status).toBe(401);
    await addUser(shell, ['bea', '--role', 'view']);
    await until(async () => (await fetch(`${url}/api/plans`, { headers })).status === 200, {
      what: 'she is let in',
      everyMs: SELDOM_MS,
    });
    await shell.run(['user', 'remove', 'bea']);
    await until(async () => (await fetch(`${url}/api/plans`, { headers })).status === 401, {
      what: 'she is no longer let in',
      everyMs: SELDOM_MS,
    });
  });

  test('a file of a token that holds none is refused before it is sent', async () => {
    shell.file('empty', 'hush hush');
    const wrong = await shell.ask(['plans', '--server', url, '--token-file', 'empty']);
    expect(wrong).toMatchObject({ error: { code: 'bad_config' } });
    expect(wrong.error.message).not.toContain('hush');
    const gone = await shell.ask(['plans', '--server', url, '--token-file', 'gone']);
    expect(gone).toMatchObject({ error: { code: 'no_file' } });
  });
});
