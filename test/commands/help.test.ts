import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMAND_LIST, COMMAND_NAMES } from '../../src/command-list.ts';
import { atEnd } from '../support/clean-up.ts';
import { parse, program } from './program.ts';
import { openShell, type Shell } from './shell.ts';

let shell: Shell;
beforeAll(() => {
  shell = openShell();
  // A command that does not check its arguments first opens its ledger there.
  const folder = process.cwd();
  process.chdir(shell.folder);
  atEnd(() => process.chdir(folder));
});

test('the help lists every command, and needs neither ledger nor configuration', async () => {
  const { code, stdout, stderr } = await shell.run(['--help'], { RATE: 'fast' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const listed = [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name]) => name);
  const { commands } = await program();
  const offered = commands.map((command) => command.name());
  expect(listed.sort()).toEqual([...offered, 'help'].sort());
  // Hints complete these names.
  expect(offered.sort()).toEqual(COMMAND_NAMES.toSorted());
});

test('the help says of each command what the command says of itself', async () => {
  const { commands } = await program();
  const said = commands.map((each) => [each.createHelp().subcommandTerm(each), each.description()]);
  expect(COMMAND_LIST.toSorted()).toEqual(said.toSorted());
});

test('"help" with a command is the help of that command', async () => {
  const [asked, itself] = await Promise.all([
    shell.run(['help', 'order']),
    shell.run(['order', '--help']),
  ]);
  expect(asked).toEqual(itself);
});

test('a command with --help says how to use it, and only that', async () => {
  const { code, stdout, stderr } = await shell.run(['order', '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: bulk-order order \[options\] <plan.csv>\n/);
  expect(stdout).toMatch(/^ {2}--out <dir> +folder for the result files$/m);
  expect(stdout).toMatch(/^ {2}--json +print one JSON document on stdout$/m);
  expect(stdout).toMatch(
    /^Exit codes:\n {2}0, all was bought; .*4, paused, stopped or cancelled$/ms,
  );
});

describe('wrong use gets a sentence:', () => {
  test.each<[string, string[], string]>([
    ['an unknown command', ['buy'], "unknown command 'buy'"],
    ['an unknown option', ['order', 'x.csv', '--fast'], "unknown option '--fast'"],
    ['an argument that is missing', ['order'], "missing required argument 'plan.csv'"],
    ['an argument too many', ['check', 'a.csv', 'b.csv'], "too many arguments for 'check'"],
    ['an option without its value', ['check', 'a', '--mend'], "'--mend <file>' argument missing"],
    ['a plan that is no number', ['show', 'one'], '"one" is not the number of a plan'],
    ['a plan beyond all numbers', ['show', '9999999999'], 'is not the number of a plan'],
    ['a plan below all numbers', ['pause', '0'], '"0" is not the number of a plan'],
    ['an order that is no number', ['settle', '1e3'], 'is not the number of an order'],
    ['a default in words', ['check', 'x', '--default-quantity', 'ten'], 'quantity is "ten"'],
    ['a pace of nothing', ['account', 'sandbox', '--rate', '0'], '--rate is "0"'],
    ['a pace in words', ['account', 'sandbox', '--rate', 'fast'], '--rate is "fast"'],
    ['pause and resume at once', ['account', 'x', '--pause', '--resume'], 'Say either'],
    ['half a port', ['sandbox', '--port', '80.5'], '"80.5": it must be a whole number'],
    ['a port too high', ['sandbox', '--port', '65536'], '--port is "65536"'],
    ['too much unrest', ['sandbox', '--unrest', '2'], '--unrest is "2": it must be from 0 to 1'],
  ])('%s', async (_, args, sentence) => {
    await expect(parse(args)).rejects.toThrow(sentence);
  });
});

describe('wrong use exits with 1', () => {
  test('on stderr, once, when the command line is not understood', async () => {
    expect(await shell.run(['buy'])).toEqual({
      code: 1,
      stdout: '',
      stderr: "error: unknown command 'buy'\n(see --help)\n",
    });
  });

  test('with the way to what other programs call stop', async () => {
    const { stderr } = await shell.run(['stop', '1']);
    expect(stderr).toMatch(
      /^There is no command "stop"\. "bulk-order pause ID" stops .* "bulk-order cancel ID" stops/,
    );
  });

  test('on stderr, once, when an argument is wrong', async () => {
    expect(await shell.run(['audit', 'all'])).toEqual({
      code: 1,
      stdout: '',
      stderr: '"all" is not the number of a plan: it must be a whole number, such as 12.\n',
    });
  });

  test('with the help when there is no command at all', async () => {
    const { code, stdout, stderr } = await shell.run([]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Usage: bulk-order/);
  });

  test.each([[['order', 'x.csv', '--fast']], [['show', 'fast']]])(
    'in one document: %j',
    async (args) => {
      const { code, error } = await shell.ask(args);
      expect(code).toBe(1);
      expect(error).toEqual({ code: 'invalid_usage', message: expect.stringMatching(/fast/) });
    },
  );
});

const has = (name: string) => spawnSync(name, ['--version']).status === 0;

describe.skipIf(!has('bash'))('bash completes', () => {
  let script: string;
  beforeAll(async () => {
    const { code, stdout } = await shell.run(['completion', 'bash']);
    expect(code).toBe(0);
    script = stdout;
  });

  /** Its proposals for the last word. */
  function offered(...words: string[]): string[] {
    const ask =
      `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bulk_order; printf '%s\\n' ` +
      `"\${COMPREPLY[@]}"`;
    const args = ['--norc', '-c', `${script}\n${ask}`, 'bash', 'bulk-order', ...words];
    const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter(Boolean);
  }

  test('commands, also behind an option', () => {
    expect(offered('re').sort()).toEqual(['reconcile', 'refuse', 'results', 'resume', 'retry']);
    expect(offered('--json', 'wat')).toEqual(['watch']);
  });

  test('the options of a command', () => {
    expect(offered('order', '--o')).toEqual(['--out']);
    const settle = ['--accept', '--accept-all', '--against-evidence', '--attempt'];
    expect(offered('settle', '10000001', '--a').sort()).toEqual(settle);
    expect(offered('show', '1', '--js')).toEqual(['--json']);
  });

  test('shells, and leaves files to itself', () => {
    expect(offered('completion', '')).toContain('zsh');
    expect(offered('order', 'pl')).toEqual([]);
  });
});

test.each(['zsh', 'fish'])('%s loads its completion without errors', async (name) => {
  const { code, stdout } = await shell.run(['completion', name]);
  expect(code).toBe(0);
  for (const word of ['reconcile', 'against-evidence', 'the six result files'])
    expect(stdout).toContain(word);
  if (!has(name)) return;
  shell.file(`completion.${name}`, stdout);
  const judged = spawnSync(name, ['-n', `completion.${name}`], {
    cwd: shell.folder,
    encoding: 'utf8',
  });
  expect({ status: judged.status, stderr: judged.stderr }).toEqual({ status: 0, stderr: '' });
});

test.skipIf(!has('fish'))('fish completes commands and options', async () => {
  const { stdout } = await shell.run(['completion', 'fish']);
  const offered = (line: string) =>
    spawnSync('fish', ['--no-config', '-c', `${stdout}\ncomplete -C '${line}'`], {
      encoding: 'utf8',
    }).stdout;
  expect(offered('bulk-order wat')).toMatch(/^watch\t/);
  expect(offered('bulk-order order --o')).toMatch(/^--out\t/);
});

test('another shell is named as unknown', async () => {
  const { code, stderr } = await shell.run(['completion', 'tcsh']);
  expect(code).toBe(1);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish.');
});

test('the program says its version', async () => {
  const { code, stdout } = await shell.run(['--version']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test.each([
  ['order', '--dry-run', '"bulk-order check PLAN.csv" checks a plan'],
  ['serve', '--port', 'Set PORT in the environment or in .env: it is no option.'],
  ['order', '--data-dir', 'Set DATA_DIR in the environment'],
  ['work', '--rate=9', 'Set RATE in the environment'],
])('%s %s is answered with what does that', async (command, option, advice) => {
  const args = [command, ...(command === 'order' ? ['plan.csv'] : []), option];
  expect((await shell.run(args)).stderr).toContain(advice);
  const { message } = (await shell.ask(args)).error;
  expect(message).toContain(advice.replace('"bulk-order ', '"'));
});
