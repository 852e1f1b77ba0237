import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../support/run-here.ts';
import { until } from '../support/until.ts';
import { type Office, openOffice, planOf, urlOf } from './office.ts';
import { describeOnTerminal, startOnTerminal } from './terminal.ts';

const PASSWORD = 'correct horse battery';

const KEY = Buffer.from('32 bytes that look quite random!').toString('base64url');

const people = () => openOffice({ USERS_FILE: 'secrets.json', PORT: '0' });

const addUser = ({ folder: cwd, env }: Office, args: string[], input = `${PASSWORD}\n`) =>
  runHere(['user', 'add', ...args], { cwd, env, input });

describe('user', () => {
  test('makes the file for its owner alone, and keeps no password in it', async () => {
    const office = people();
    const added = await addUser(office, ['ada', '--role', 'submit', '--role', 'approve']);
    expect(added).toMatchObject({
      code: 0,
      stdout: 'ada may sign in, with the role submit and approve.\n',
    });
    expect(statSync(join(office.folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(office.read('secrets.json')).not.toContain(PASSWORD);
    expect(JSON.parse(office.read('secrets.json'))).toMatchObject({
      session_key: expect.stringMatching(/^[\w-]{43}$/),
      users: [
        {
          name: 'ada',
          password: expect.stringMatching(/^\$scrypt\$/),
          roles: ['submit', 'approve'],
        },
      ],
    });
    expect(readdirSync(office.folder)).toEqual(['secrets.json']);
  });

  test('changes one that is there, keeps the others, and removes', async () => {
    const office = people();
    await addUser(office, ['ada', '--role', 'admin']);
    await addUser(office, ['bea', '--role', 'view']);
    const before = JSON.parse(office.read('secrets.json'));
    await addUser(office, ['ada', '--role', 'view'], 'another good one\n');
    const after = JSON.parse(office.read('secrets.json'));
    expect(after.session_key).toBe(before.session_key);
    expect(after.users[0]).toEqual(before.users[1]);
    expect(after.users[1]).toMatchObject({ name: 'ada', roles: ['view'] });
    expect(after.users[1].password).not.toBe(before.users[0].password);
    expect((await office.run(['user', 'remove', 'ada'])).code).toBe(0);
    const list = await office.run(['user', 'list', '--json']);
    expect(JSON.parse(list.stdout)).toEqual([{ name: 'bea', roles: ['view'] }]);
    expect(await office.ask(['user', 'remove', 'ada'])).toMatchObject({
      code: 1,
      error: { code: 'not_found' },
    });
  });

  test('needs no other setting to be right', async () => {
    const office = openOffice({ USERS_FILE: 'secrets.json', PRICES_FILE: 'gone.json', RATE: 'x' });
    expect((await addUser(office, ['ada', '--role', 'admin'])).code).toBe(0);
    expect((await office.run(['user', 'list'])).stdout).toContain('ada');
    expect((await office.run(['user', 'remove', 'ada'])).code).toBe(0);
    expect((await office.run(['plans'])).code).toBe(1);
  });

  test('of a token need no server', async () => {
    const office = openOffice();
    const made = await office.ask(['token', 'add', 'nightly', '--role', 'submit']);
    expect(made).toMatchObject({ code: 0, role: 'submit', token: expect.stringMatching(/^bo_/) });
    const { error } = await office.ask(['token', 'add', 'yes', '--role', 'approve']);
    expect(error).toMatchObject({ code: 'invalid_usage' });
    expect(error.message).toContain('--role: a token does not say yes, so none has the role');
    expect(await office.ask(['token', 'revoke', 'nightly'])).toMatchObject({ code: 0 });
    expect((await office.run(['token', 'list'])).stdout).toContain('nightly');
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
    const office = people();
    const { code, stderr } = await addUser(office, args, input);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(existsSync(join(office.folder, 'secrets.json'))).toBe(false);
  });

  test('wants to know where the file is', async () => {
    const { stderr } = await openOffice().run(['user', 'list']);
    expect(stderr).toContain('Set USERS_FILE');
  });
});

describeOnTerminal('on a terminal', () => {
  test('a password is asked for twice and never shown', async () => {
    const office = people();
    const terminal = startOnTerminal(office, ['user', 'add', 'ada', '--role', 'view']);
    await terminal.waitFor('Password: ');
    terminal.type(`${PASSWORD}\r`);
    await terminal.waitFor('The same again: ');
    terminal.type(`${PASSWORD}\r`);
    expect(await terminal.exited).toBe(0);
    expect(terminal.raw).not.toContain(PASSWORD);
  });
});

describe('a file of users', () => {
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
      'which has "groups" twice: see line 2, column 1.',
    ],
    [
      'with a password as it is',
      `{"session_key": "${KEY}", "users": [{"name": "a", "password": "hush"}]}`,
      0o600,
      'users 1 password must be a hash',
    ],
  ])('%s stops the start, and is not quoted', async (_, text, mode, sentence) => {
    const office = people();
    office.file('secrets.json', text);
    chmodSync(join(office.folder, 'secrets.json'), mode);
    const { code, stderr } = await office.run(['serve']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) });
    expect(stderr).not.toContain('hush');
  });

  test('is not made anew over one that has faults', async () => {
    const office = people();
    office.file('secrets.json', 'not JSON');
    chmodSync(join(office.folder, 'secrets.json'), 0o600);
    expect((await addUser(office, ['ada', '--role', 'view'])).code).toBe(1);
    expect(office.read('secrets.json')).toBe('not JSON');
  });
});

describe('through a server where people sign in', () => {
  let office: Office;
  let url: string;
  beforeAll(async () => {
    office = people();
    office.file('plan.csv', planOf(3));
    await addUser(office, ['ada', '--role', 'admin']);
    url = await urlOf(office.start(['up']));
  });

  const admin = { WEB_USER: 'ada', WEB_PASSWORD: PASSWORD };

  test('a token is made by an admin, works from a file, and is revoked', async () => {
    const nobody = await office.ask(['plans', '--server', url]);
    expect(nobody).toMatchObject({ error: { code: 'not_signed_in' } });
    expect(nobody.error.message).toContain('--token-file FILE');
    const make = ['token', 'add', 'nightly', '--role', 'submit', '--server', url];
    const { token } = await office.ask(make, admin);
    office.file('token', `${token}\n`);
    const through = ['--server', url, '--token-file', 'token'];
    const plan = await office.ask(['submit', 'plan.csv', ...through]);
    expect(plan).toMatchObject({ code: 0, state: 'ready' });
    expect((await office.run(['show', `${plan.id}`, ...through])).stdout).toContain(
      '(signed in as token:nightly)',
    );
    expect(await office.ask(['account', 'sandbox', '--pause', ...through])).toMatchObject({
      error: { code: 'not_allowed', message: expect.stringContaining('needs the role admin') },
    });
    expect((await office.ask(['token', 'revoke', 'nightly'], admin)).name).toBe('nightly');
    await until(
      async () => (await office.ask(['plans', ...through])).error?.code === 'not_signed_in',
      { what: 'the token is refused' },
    );
    const listed = await office.run(['token', 'list'], admin);
    expect(listed.stdout).toMatch(/nightly +submit .*\(signed in as ada\)/);
    expect(listed.stdout).not.toContain(token);
  });

  test('a person who is added while it runs may sign in', async () => {
    const headers = { authorization: `Basic ${btoa(`bea:${PASSWORD}`)}` };
    expect((await fetch(`${url}/api/plans`, { headers })).status).toBe(401);
    await addUser(office, ['bea', '--role', 'view']);
    await until(async () => (await fetch(`${url}/api/plans`, { headers })).status === 200, {
      what: 'she is let in',
    });
    await office.run(['user', 'remove', 'bea']);
    await until(async () => (await fetch(`${url}/api/plans`, { headers })).status === 401, {
      what: 'she is no longer let in',
    });
  });

  test('a file of a token that holds none is refused before it is sent', async () => {
    office.file('empty', 'hush hush');
    const wrong = await office.ask(['plans', '--server', url, '--token-file', 'empty']);
    expect(wrong).toMatchObject({ error: { code: 'bad_config' } });
    expect(wrong.error.message).not.toContain('hush');
    const gone = await office.ask(['plans', '--server', url, '--token-file', 'gone']);
    expect(gone).toMatchObject({ error: { code: 'no_file' } });
  });
});
