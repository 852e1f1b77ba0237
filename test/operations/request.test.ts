import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Account } from '../../src/documents/index.ts';
import { connect } from '../../src/operations/request.ts';
import { freePort } from '../support/free-port.ts';
import { httpHere } from '../support/http-here.ts';

const ACCOUNT = {
  id: 1,
  name: 'main',
  mode: 'live',
  rate: 4,
  pausedReason: null,
  pauseId: null,
  dailyNumbers: null,
  approval: null,
  leftToday: null,
  monthlyNumbers: null,
  leftThisMonth: null,
  resumeAt: '2026-01-02T03:04:05.678Z',
  restReason: null,
  prices: null,
  limits: [],
};

async function connectTo(answer: RequestListener) {
  return connect((await httpHere(answer)).url, null);
}

async function answering(status: number, body: unknown, sending = {}) {
  const { ask } = await connectTo((_request, response) => {
    response.writeHead(status).end(JSON.stringify(body));
  });
  return ask('/accounts/main', Account, sending);
}

test('an answer is decoded: times are dates, and newer fields are left out', async () => {
  const resumeAt = new Date(ACCOUNT.resumeAt);
  expect(await answering(200, { ...ACCOUNT, colour: 'red' })).toEqual({ ...ACCOUNT, resumeAt });
});

test.each([
  ['a field of another kind', { ...ACCOUNT, rate: 'fast' }],
  ['a text that is no time', { ...ACCOUNT, resumeAt: 'soon' }],
  ['no document', null],
])('an answer with %s is refused', async (_, body) => {
  const refused = { code: 'server_down', message: expect.stringContaining('not a document') };
  await expect(answering(200, body)).rejects.toMatchObject(refused);
});

test('a problem keeps its code, message and details', async () => {
  const error = { code: 'wrong_state', message: 'Plan 3 is running.', id: 3, state: 'running' };
  const { code, message, ...details } = error;
  await expect(answering(409, { error })).rejects.toMatchObject({ code, message, details });
});

describe('a change', () => {
  const change = { method: 'POST', json: {} } as const;

  test.each([
    ['/plans?name=a.csv', 'plans'],
    ['/plans/2/start?yes=true', 'show 2'],
    ['/orders/120000340/settle', 'show 12'],
    ['/accounts/east/resume', 'account east'],
    ['/accounts/east/strays', 'strays east'],
    ['/accounts/east/lost-plans', 'lost east'],
    ['/approvals/7/approve', 'approvals'],
    ['/tokens/nightly', 'token list'],
  ])('of %s without an answer may have been done: look at "%s"', async (path, command) => {
    const { ask } = await connectTo(({ socket }) => socket.destroy());
    const message = expect.stringContaining(
      `It may have done what was asked. Before you repeat it, look at "${command}".`,
    );
    const error = { code: 'no_answer', message };
    await expect(ask(path, Account, change)).rejects.toMatchObject(error);
  });

  test.each([
    ['of another program', 502, { fault: 'bad gateway' }],
    ['that is no document', 200, null],
  ])('with an answer %s may have been done', async (_, status, body) => {
    await expect(answering(status, body, change)).rejects.toMatchObject({ code: 'no_answer' });
  });

  test('is not done without a connection', async () => {
    const { ask } = connect(`http://127.0.0.1:${await freePort()}`, null);
    const message = expect.stringContaining('cannot be reached (ECONNREFUSED)');
    const error = { code: 'server_down', message };
    await expect(ask('/plans/2/start', Account, change)).rejects.toMatchObject(error);
  });
});
