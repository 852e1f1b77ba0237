import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type Office, openOffice, openOfficeWithVendor, planOf, urlOf } from './office.ts';

const PASSWORD = 'correct horse battery';
const ACCOUNTS = JSON.stringify([
  { name: 'careful', mode: 'sandbox', approval: { aboveNumbers: 20 } },
]);
const CAREFUL = { ACCOUNTS_FILE: 'accounts.json' };

const as = (name: string) => ({ WEB_USER: name, WEB_PASSWORD: PASSWORD });

describe('through a server where people sign in', () => {
  let office: Office;
  let through: string[];
  beforeAll(async () => {
    office = openOffice({ ...CAREFUL, USERS_FILE: 'secrets.json', PORT: '0' });
    office.file('accounts.json', ACCOUNTS);
    office.file('plan.csv', planOf(21));
    const { folder: cwd, env } = office;
    for (const [name, ...roles] of [
      ['bob', 'submit'],
      ['grace', 'approve'],
      ['ada', 'admin'],
    ] as const) {
      const args = ['user', 'add', name, ...roles.flatMap((role) => ['--role', role])];
      await runCli(args, { cwd, env, input: `${PASSWORD}\n` });
    }
    through = ['--server', await urlOf(office.start(['up']))];
  });

  test('a start waits for the yes of another person, and goes on with it', async () => {
    const submit = ['submit', 'plan.csv', '--start', ...through];
    const waiting = await office.run(submit, as('bob'));
    expect(waiting.code).toBe(1);
    const said = waiting.stderr
      .replaceAll('bulk-order ', '')
      .replaceAll(` ${through.join(' ')}`, '');
    expect(said).toContain('Above 20 numbers, the start needs the yes of another person.\n');
    expect(said.split('\n').slice(-3, -1)).toEqual([
      'Plan 1 is stored and not started. Nothing is bought until "start 1".',
      'The start of plan 1 buys 21 numbers. Above 20 numbers, it waits for the yes of another ' +
        'person with the role approve. Approval 1 waits: "approve 1" or "refuse 1 --why TEXT", ' +
        'and after the yes "start 1". USERS_FILE gives people roles.',
    ]);
    const listed = await office.run(['approvals', ...through], as('grace'));
    expect(listed.stdout).toMatch(/\n *1 +start +1 \(plan.csv\) +careful +21 +.*bob/);
    expect(await office.ask(['approve', '1', ...through], as('bob'))).toMatchObject({
      error: { code: 'not_allowed', message: expect.stringContaining('needs the role approve') },
    });
    const yes = await office.run(['approve', '1', ...through], as('grace'));
    expect(yes).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Another person than you can now say'),
    });
    expect(await office.ask(['start', '1', ...through], as('bob'))).toMatchObject({ code: 0 });
  });
});

test('an order waits where nobody signs in, also for a command that has no such file', async () => {
  const { office, vendor } = await openOfficeWithVendor();
  const named = [{ name: 'sandbox', mode: 'sandbox', approval: { aboveNumbers: 20 } }];
  office.file('accounts.json', JSON.stringify(named));
  office.file('plan.csv', planOf(21));
  const ordered = await office.run(['order', 'plan.csv'], CAREFUL);
  expect(ordered.code).toBe(1);
  expect(ordered.stderr).toContain('Plan 1 is stored and not started.');
  expect(ordered.stderr).toContain('USERS_FILE gives people roles.');
  expect((await office.run(['account'])).stdout).toContain(
    "open, above 20 numbers with another person's yes",
  );
  const started = await office.ask(['start', '1']);
  expect(started).toMatchObject({ code: 1, error: { code: 'needs_approval', approval: 1 } });
  expect(await office.ask(['approve', '1'])).toMatchObject({
    error: { code: 'not_allowed', message: expect.stringContaining('is your own') },
  });
  expect(await office.ask(['refuse', '1'])).toMatchObject({ error: { code: 'invalid_usage' } });
  expect(await office.ask(['approve', '2'])).toMatchObject({ error: { code: 'not_found' } });
  expect(vendor.books().requests).toEqual([]);
  const none = [{ name: 'sandbox', mode: 'sandbox' }];
  office.file('accounts.json', JSON.stringify(none));
  await office.run(['reconcile'], CAREFUL);
  expect(await office.ask(['start', '1'])).toMatchObject({ code: 0, state: 'running' });
});
