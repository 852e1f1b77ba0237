import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { Account } from '../../src/api-schema/index.ts';
import { connect } from '../../src/operations/request.ts';
import { atEnd } from '../support/clean-up.ts';
import { listenHere } from '../support/listen-here.ts';

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

async function answering(status: number, body: unknown) {
  const server = createServer((_request, response) => {
    response.writeHead(status).end(JSON.stringify(body));
  });
  const { port, close } = await listenHere(server);
  atEnd(close);
  return connect(`http://127.0.0.1:${port}`, null).ask('/accounts/main', Account);
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
