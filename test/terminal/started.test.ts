import { expect, test } from 'vitest';
import { asTyped, hintThrough, howStarted, shellWord } from '../../src/terminal/started.ts';

const NPM = { npm_package_name: 'bulk-order', npm_lifecycle_event: 'bulk-order' };

test.each([
  ['by npm', NPM, '/srv/app/src/bin.js', 'npm run -s bulk-order --'],
  ['by npm start', { ...NPM, npm_lifecycle_event: 'start' }, '/x', 'npm run -s bulk-order --'],
  ['by npm run dev', { ...NPM, npm_lifecycle_event: 'dev' }, '/x', 'npm run -s bulk-order --'],
  [
    'in a script of another package',
    { ...NPM, npm_package_name: 'x' },
    '/srv/app/a.ts',
    'node a.ts',
  ],
  ['by its name', {}, '/usr/local/bin/bulk-order', 'bulk-order'],
  ['by Node', {}, '/srv/app/src/bin.js', 'node src/bin.js'],
  ['by Node from elsewhere', {}, '/opt/my app/cli.ts', "node '/opt/my app/cli.ts'"],
])('a program that was started %s suggests the same way', (_, env, script, typed) => {
  expect(howStarted(env, ['node', script], '/srv/app')).toBe(typed);
});

test.each([
  ['"watch 2 --work"', true],
  ['"account main --resume --why TEXT"', true],
  ['"order bought/remainder.csv"', true],
  ['"settle ORDER --accept --by NAME"', true],
  ['"account east"', true],
  ['"token revoke nightly"', true],
  ['"work"', true],
  ['"reconcile"', true],
  ['the account "sandbox"', false],
  ['"unknown"', false],
  ['"start of a sentence"', false],
  ['"results"', false],
])('a command in quotes can be typed: %s', (text, isCommand) => {
  const typed = asTyped(text);
  expect(typed).toBe(isCommand ? text.replace('"', `"${howStarted()} `) : text);
  expect(asTyped(typed)).toBe(typed);
});

test('a path is one word of the shell', () => {
  expect(shellWord('plans/a-1.csv')).toBe('plans/a-1.csv');
  expect(shellWord("it's here.csv")).toBe(`'it'\\''s here.csv'`);
});

test('a hint repeats the server of a command, without a password', () => {
  hintThrough('http://ada:hush@127.0.0.1:3000/');
  const through = (command: string) =>
    `"${howStarted()} ${command} --server http://127.0.0.1:3000"`;
  expect(asTyped('"show 2" and "account main --resume --why TEXT"')).toBe(
    `${through('show 2')} and ${through('account main --resume --why TEXT')}`,
  );
  for (const command of ['watch 2 --work', 'work', 'reconcile 2', 'order plan.csv'])
    expect(asTyped(`"${command}"`)).toBe(`"${howStarted()} ${command}"`);
});
