import { beforeAll, describe, expect, test } from 'vitest';
import { openShell, quickLedger, type Shell } from './shell.ts';
import { describeOnTerminal, startOnTerminal } from './terminal.ts';

const EVIL = '\u001b]0;x\u0007\u009b31m\u202e';
const FALSE_LINE = 'a\r\n2026-11-26T00:00:00.000Z  plan_cancelled  CFO';
/** Characters that a terminal obeys, and that reverse text. */
const RAW = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;

let shell: Shell;
beforeAll(async () => {
  shell = openShell(await quickLedger());
  shell.file(`plan${EVIL}.csv`, `area_code,quantity,"Team${EVIL}\nline"\n201,2,x\n`);
  await shell.run(['submit', `plan${EVIL}.csv`]);
  await shell.run(['start', '1']);
  await shell.run(['pause', '1', '--why', `${EVIL}${FALSE_LINE}`]);
});

describe('text of others reaches the terminal spelled out:', () => {
  test.each([
    ['of a plan and its events', ['show', '1']],
    ['of plans', ['plans']],
    ['of headers', ['check', `plan${EVIL}.csv`]],
    ['in a fault', ['check', `no${EVIL}\n.csv`]],
    ['of a command line', [`show${EVIL}\n`]],
    ['of results', ['results', '1', '--out', 'files']],
  ])('%s', async (_, args) => {
    const { stdout, stderr } = await shell.run(args);
    expect(`${stdout}${stderr}`).toContain('\\u001b]0;x\\u0007\\u009b31m\\u202e');
    expect(`${stdout}${stderr}`).not.toMatch(RAW);
    expect(`${stdout}${stderr}`).not.toMatch(/^2026-11-26T00/m);
  });

  test('a document says the same, with every character', async () => {
    const { stdout } = await shell.run(['show', '1', '--json']);
    expect(stdout).not.toMatch(RAW);
    expect(JSON.parse(stdout)).toMatchObject({
      name: `plan${EVIL}.csv`,
      reason: `${EVIL}${FALSE_LINE}`,
      plan: 1,
      pace: 100,
    });
  });
});

describeOnTerminal('on a terminal', () => {
  test.each([
    ['has colours', {}, true],
    ['has none with NO_COLOR', { NO_COLOR: '1' }, false],
  ])('an answer %s', async (_, env, hasColours) => {
    const terminal = startOnTerminal({ ...shell, env: { ...shell.env, ...env } }, ['plans']);
    expect(await terminal.exited).toBe(0);
    expect(terminal.raw.includes('\u001b[')).toBe(hasColours);
    expect(terminal.raw.replace(/\u001b\[\d+m/g, '').replaceAll('\r', '')).not.toMatch(RAW);
  });
});
