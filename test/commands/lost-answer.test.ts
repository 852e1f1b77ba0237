import { beforeAll, expect, test } from 'vitest';
import { httpHere, sendOn } from '../support/http-here.ts';
import { openShellWithVendor, planOf, type Shell, urlOf } from './shell.ts';

/** A proxy that loses the first answer to a request whose path ends so: the server has done it. */
async function losingProxy(to: string, path: RegExp): Promise<string> {
  let isLost = false;
  const { url } = await httpHere((asked, answer) => {
    sendOn(to, asked).once('response', (its) => {
      if (!isLost && path.test(asked.url!.replace(/\?.*/, ''))) {
        isLost = true;
        its.resume().on('end', () => asked.socket.destroy());
        return;
      }
      answer.writeHead(its.statusCode!, its.headers);
      its.pipe(answer);
    });
  });
  return url;
}

let shell: Shell;
let url: string;
beforeAll(async () => {
  ({ shell } = await openShellWithVendor({ PORT: '0' }));
  shell.file('plan.csv', planOf(30, 5));
  url = await urlOf(shell.start(['up']));
});

test('a start whose answer is lost may have been done, and its plan is named', async () => {
  const proxy = await losingProxy(url, /\/start$/);
  const args = ['submit', 'plan.csv', '--start', '--server', proxy];
  const { code, stderr } = await shell.run(args);
  expect(code).toBe(1);
  const show = `"bulk-order show 1 --server ${proxy}"`;
  expect(stderr).toContain(
    `Plan 1 is stored, and may be started: do not submit it again. ${show} tells.`,
  );
  expect(stderr).toContain(
    `gave no clear answer (UND_ERR_SOCKET). It may have done what was asked. Before you repeat ` +
      `it, look at ${show}.`,
  );
});

test('a submission whose answer is lost is stored once, and its plan is the answer', async () => {
  const proxy = await losingProxy(url, /\/plans$/);
  const args = ['submit', 'plan.csv', '--again', '--server', proxy];
  expect(await shell.ask(args)).toMatchObject({ code: 0, id: 2, state: 'ready' });
  expect(await shell.ask(['plans', '--server', url])).toMatchObject({ 0: { id: 2 } });
  expect((await shell.run(['show', '3', '--server', url])).code).toBe(1);
});
