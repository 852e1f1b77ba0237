import { stripVTControlCharacters } from 'node:util';
import { startProgram } from '../support/child.ts';
import { installedCli } from '../support/cli.ts';
import { NODE } from '../support/quick-node.ts';
import { describeWith } from '../support/servers.ts';
import { until } from '../support/until.ts';
import type { Shell } from './shell.ts';

export type Terminal = {
  /** The output so far, without control sequences. */
  readonly screen: string;
  /** The same with control sequences. */
  readonly raw: string;
  waitFor(words: string | RegExp): Promise<void>;
  /** Presses keys: `\r` is Enter, `\x03` Ctrl-C, `\x04` Ctrl-D. */
  type(keys: string): void;
  /** The exit code, once the command has ended. */
  readonly exited: Promise<number | null>;
};

/** Runs a command on a pseudo-terminal until the test ends. */
export function startOnTerminal(shell: Shell, args: string[]): Terminal {
  const command = [...NODE, installedCli(), ...args].map(quoted).join(' ');
  const child = startProgram('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: shell.folder,
    env: { SHELL: '/bin/sh', TERM: 'xterm', ...shell.env },
    input: null,
  });
  const screen = () => stripVTControlCharacters(child.stdout);
  return {
    get screen() {
      return screen();
    },
    get raw() {
      return child.stdout;
    },
    async waitFor(words) {
      const isThere = () =>
        typeof words === 'string' ? screen().includes(words) : words.test(screen());
      const what = `the screen shows ${words}`;
      await until(isThere, { what }).catch((error) => {
        throw new Error(`${error.message}\n${screen()}`);
      });
    },
    type: child.type,
    exited: child.exited.then(({ code }) => code),
  };
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

export const describeOnTerminal = (title: string, fn: () => void) =>
  describeWith(['terminal'], title, fn);
