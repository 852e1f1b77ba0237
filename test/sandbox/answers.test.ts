import { expect, it } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import { SEED_ANSWER } from '../vendor/seed-answer.ts';
import { ask, buy, failedAnswer, order } from './asking.ts';

const THREE_OF_555 = { search: '555', quantity: 3, fill_quantity: 1 };

it("answers the vendor's own example byte for byte", async () => {
  await using sandbox = await openSandbox();
  const { status, headers, body } = await order(sandbox, THREE_OF_555);
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'text/xml; charset=utf-8',
  });
  expect(body).toBe(SEED_ANSWER);
});

it('sells the numbers of the example once, and to no other order', async () => {
  await using sandbox = await openSandbox();
  const example = ['5551112222', '5553334444', '5556667777'];
  const before = await buy(sandbox, { search: '555', quantity: 25 });
  expect(await buy(sandbox, THREE_OF_555)).toEqual(example);
  const after = await buy(sandbox, THREE_OF_555);
  expect(after).toHaveLength(3);
  expect([...before, ...after]).not.toEqual(expect.arrayContaining([example[1]]));
});

it('sells other numbers than the example when one of its numbers is owned', async () => {
  await using sandbox = await openSandbox({ owned: ['5556667777'] });
  const numbers = await buy(sandbox, THREE_OF_555);
  expect(numbers).toHaveLength(3);
  expect(numbers).not.toContain('5553334444');
});

it('refuses with a failed envelope and status 200', async () => {
  await using sandbox = await openSandbox();
  const { status, headers, body } = await order(sandbox, { search: '808' });
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'text/xml; charset=utf-8',
  });
  expect(body).toBe(failedAnswer('No numbers available'));
});

it('refuses an action that it does not know', async () => {
  await using sandbox = await openSandbox();
  for (const action of ['numbers.search', '', 'NUMBERS.ORDER']) {
    expect((await ask(sandbox, { action })).body).toContain('Invalid action');
  }
});

it('accepts any keys that are not blank, and books nothing sold without them', async () => {
  await using sandbox = await openSandbox();
  expect(await buy(sandbox, { search: '212', access_key: 'x' })).toHaveLength(1);
  expect(await buy(sandbox, { search: '212', access_key: '' })).toBe('Invalid access key');
  expect(await buy(sandbox, { search: '212', secret_access_key: '' })).toBe('Invalid access key');
  expect(sandbox.books().sold).toBe(1);
});

it('accepts only the keys that it was given', async () => {
  await using sandbox = await openSandbox({ accessKey: 'k', secretAccessKey: 's' });
  const keys = { access_key: 'k', secret_access_key: 's' };
  expect(await buy(sandbox, { search: '212', ...keys })).toHaveLength(1);
  for (const wrong of [{ access_key: 'K' }, { secret_access_key: 'k' }, { access_key: '' }]) {
    expect(await buy(sandbox, { search: '212', ...keys, ...wrong })).toBe('Invalid access key');
  }
});

it('answers 404 beside the path of the vendor, and 405 to anything but GET', async () => {
  await using sandbox = await openSandbox();
  expect((await fetch(new URL('/elsewhere', sandbox.url))).status).toBe(404);
  expect((await fetch(sandbox.url, { method: 'POST' })).status).toBe(405);
});

it('fails to open on a port that is taken', async () => {
  await using sandbox = await openSandbox();
  const port = Number(new URL(sandbox.url).port);
  await expect(openSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
