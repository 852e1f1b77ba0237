import { stripVTControlCharacters } from 'node:util';
import { startProgram } from '../support/child.ts';
import { installedCli } from '../support/cli.ts';
import { NODE } from '../support/quick-node.ts';
import { describeWith } from '../support/servers.ts';
import { until } from '../support/until.ts';
import type { Shell } from './shell.ts';

/** Runs a command on a pseudo-terminal until the test ends. */
export function startOnTerminal(shell: Shell, args: string[]) {
  const command = [...NODE, installedCli(), ...args].map(quoted).join(' ');
  const child = startProgram('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: shell.folder,
    env: { SHELL: '/bin/sh', TERM: 'xterm', ...shell.env },
    input: null,
  });
  const screen = () => stripVTControlCharacters(child.stdout);
  return {
    /** The output so far, without control sequences. */
    get screen() {
      return screen();
    },
    /** The same with control sequences. */
    get raw() {
      return child.stdout;
    },
    async waitFor(words: string | RegExp): Promise<void> {
      const isThere = () =>
        typeof words === 'string' ? screen().includes(words) : words.test(screen());
      const what = `the screen shows ${words}`;
      await until(isThere, { what }).catch((error) => {
        throw new Error(`${error.message}\n${screen()}`);
      });
    },
    /** Presses keys: `\r` is Enter, `\x03` Ctrl-C, `\x04` Ctrl-D. */
    type: child.type,
    /** The exit code, once the command has ended. */
    exited: child.exited.then(({ code }) => code),
  };
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

export const describeOnTerminal = (title: string, fn: () => void) =>
  describeWith(['terminal'], title, fn);
