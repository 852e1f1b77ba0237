import { beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../support/run-here.ts';
import { openShell, openShellWithVendor, planOf, quickLedger, type Shell, urlOf } from './shell.ts';

const PASSWORD = 'correct horse battery';
const ACCOUNTS = JSON.stringify([
  { name: 'careful', mode: 'sandbox', approval: { aboveNumbers: 20 } },
]);
const CAREFUL = { ACCOUNTS_FILE: 'accounts.json' };

const as = (name: string) => ({ WEB_USER: name, WEB_PASSWORD: PASSWORD });

describe('through a server where people sign in', () => {
  let shell: Shell;
  let through: string[];
  beforeAll(async () => {
    const ledger = await quickLedger();
    shell = openShell({ ...ledger, ...CAREFUL, USERS_FILE: 'secrets.json', PORT: '0' });
    shell.file('accounts.json', ACCOUNTS);
    shell.file('plan.csv', planOf(21));
    const { folder: cwd, env } = shell;
    for (const [name, ...roles] of [
      ['bob', 'submit'],
      ['grace', 'approve'],
      ['ada', 'admin'],
    ] as const) {
      const args = ['user', 'add', name, ...roles.flatMap((role) => ['--role', role])];
      await runHere(args, { cwd, env, input: `${PASSWORD}\n` });
    }
    through = ['--server', await urlOf(shell.start(['up']))];
  });

  test('a start waits for the approval of another person, and goes on with it', async () => {
    const submit = ['submit', 'plan.csv', '--start', ...through];
    const waiting = await shell.run(submit, as('bob'));
    expect(waiting.code).toBe(1);
    const said = waiting.stderr
      .replaceAll('bulk-order ', '')
      .replaceAll(` ${through.join(' ')}`, '');
    expect(said).toContain("Above 20 numbers, the start needs another person's approval.\n");
    expect(said.split('\n').slice(-3, -1)).toEqual([
      'Plan 1 is stored and not started. Nothing is bought until "start 1".',
      'The start of plan 1 buys 21 numbers. Above 20 numbers, it waits for the approval ' +
        'of another person with the role approve. Approval 1 waits: "approve 1" or ' +
        '"refuse 1 --why TEXT". ' +
        'Once approved, say "start 1". USERS_FILE gives people roles.',
    ]);
    const listed = await shell.run(['approvals', ...through], as('grace'));
    expect(listed.stdout).toMatch(/\n *1 +start +1 \(plan.csv\) +careful +21 +.*bob/);
    expect(await shell.ask(['approve', '1', ...through], as('bob'))).toMatchObject({
      error: { code: 'not_allowed', message: expect.stringContaining('needs the role approve') },
    });
    expect((await shell.run(['show', '1', ...through], as('grace'))).stdout).toContain(
      '\nA start of 21 numbers waits for another person\'s approval: "bulk-order approve 1 ',
    );
    const yes = await shell.run(['approve', '1', ...through], as('grace'));
    expect(yes).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Anyone but you can now say'),
    });
    expect(await shell.ask(['start', '1', ...through], as('bob'))).toMatchObject({ code: 0 });
  });
});

test('an order waits where nobody signs in, also for a command that has no such file', async () => {
  const { shell, vendor } = await openShellWithVendor();
  const named = [{ name: 'sandbox', mode: 'sandbox', approval: { aboveNumbers: 20 } }];
  shell.file('accounts.json', JSON.stringify(named));
  shell.file('plan.csv', planOf(21));
  const ordered = await shell.run(['order', 'plan.csv'], CAREFUL);
  expect(ordered.code).toBe(1);
  expect(ordered.stderr).toContain('Plan 1 is stored and not started.');
  expect(ordered.stderr).toContain('USERS_FILE gives people roles.');
  expect((await shell.run(['account'])).stdout).toContain(
    "active, above 20 numbers with another person's approval",
  );
  const started = await shell.ask(['start', '1']);
  expect(started).toMatchObject({ code: 1, error: { code: 'needs_approval', approval: 1 } });
  expect(await shell.ask(['approve', '1'])).toMatchObject({
    error: { code: 'not_allowed', message: expect.stringContaining('is your own') },
  });
  expect(await shell.ask(['refuse', '1'])).toMatchObject({ error: { code: 'invalid_usage' } });
  expect(await shell.ask(['approve', '2'])).toMatchObject({ error: { code: 'not_found' } });
  expect(vendor.books().requests).toEqual([]);
  const none = [{ name: 'sandbox', mode: 'sandbox' }];
  shell.file('accounts.json', JSON.stringify(none));
  await shell.run(['reconcile'], CAREFUL);
  expect(await shell.ask(['start', '1'])).toMatchObject({ code: 0, state: 'running' });
});
