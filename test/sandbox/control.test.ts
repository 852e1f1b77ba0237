import { expect, it } from 'vitest';
import { type Books, openSandbox } from '../../src/sandbox/index.ts';
import { buy, command, countBought, listed, order } from './asking.ts';

it('tells what it is, and where the books are', async () => {
  await using sandbox = await openSandbox({ seed: 77 });
  await buy(sandbox, { search: '212', quantity: 2 });
  const { document } = await command(sandbox, '/sandbox/');
  expect(document).toMatchObject({
    sandbox: true,
    vendor: '/ibp_api.php',
    books: '/sandbox/books',
    seed: 77,
    sold: 2,
    lastId: 1,
  });
  expect((await command(sandbox, '/sandbox')).document).toEqual(document);
});

it('gives the same books over HTTP as inside the process, from any request on', async () => {
  await using sandbox = await openSandbox();
  sandbox.next('error_after', { search: '213' });
  for (const search of ['212', '213', '808']) await order(sandbox, { search, quantity: 2 });
  const { document } = await command<Books>(sandbox, '/sandbox/books');
  const books = sandbox.books();
  const requests = books.requests.map(({ fault, ...request }) => ({ ...request, temper: fault }));
  expect(document).toEqual({ ...books, requests });
  expect(document).toMatchObject({
    sold: 4,
    soldTwice: 0,
    lastId: 3,
    requests: [
      { id: 1, search: '212', type: 'local', quantity: 2, temper: 'ok', answered: true },
      { id: 2, search: '213', temper: 'error_after', answered: true },
      { id: 3, search: '808', temper: 'ok', sold: [] },
    ],
  });
  const later = (await command<Books>(sandbox, '/sandbox/books?since=2')).document;
  expect(later.requests).toEqual(document.requests.slice(2));
  expect((await command<Books>(sandbox, '/sandbox/books?since=99')).document.requests).toEqual([]);
});

it('sets faults, the fault mix, the fault of the list, and stock', async () => {
  await using sandbox = await openSandbox();
  const wish = { temper: 'no_stock', search: '212', times: 2 };
  expect(await command(sandbox, '/sandbox/next', wish)).toEqual({ status: 200, document: wish });
  expect(await countBought(sandbox, { search: '212' })).toBe(0);
  expect(await countBought(sandbox, { search: '212' })).toBe(0);
  expect(await countBought(sandbox, { search: '212' })).toBe(1);

  await command(sandbox, '/sandbox/mood', { chance: 1, tempers: { refuse: 1 } });
  expect(await buy(sandbox, { search: '212' })).toBe('Order declined by the carrier desk');
  await command(sandbox, '/sandbox/mood', null);

  const lie = { lie: 'empty' };
  expect(await command(sandbox, '/sandbox/list', lie)).toEqual({ status: 200, document: lie });
  expect(await listed(sandbox)).toEqual([]);
  await command(sandbox, '/sandbox/list', { lie: null });
  expect(await listed(sandbox)).toHaveLength(1);

  await command(sandbox, '/sandbox/stock', { '212': 3 });
  expect(await countBought(sandbox, { search: '212', quantity: 25 })).toBe(3);
});

it.each([
  ['/sandbox/next', { temper: 'grumpy' }, 400, 'The sandbox has no fault "grumpy".'],
  ['/sandbox/next', [], 400, 'The command must be a JSON object.'],
  ['/sandbox/mood', { chance: 7 }, 400, 'The chance of a fault must be a number from 0 to 1.'],
  ['/sandbox/list', { lie: 'short' }, 400, 'The list of the sandbox has no fault "short".'],
  ['/sandbox/stock', { '212': 'many' }, 400, 'The stock of 212 must be a whole number, 0 or more.'],
  ['/sandbox/books?since=x', undefined, 400, 'since must be the id of a request: a whole number.'],
  ['/sandbox/elsewhere', undefined, 404, 'There is no GET /sandbox/elsewhere here.'],
  ['/sandbox/books', {}, 404, 'There is no POST /sandbox/books here.'],
])('%s with %j is answered %i and a sentence', async (path, body, status, error) => {
  await using sandbox = await openSandbox();
  expect(await command(sandbox, path, body)).toEqual({ status, document: { error } });
});

it('refuses a command that is not JSON', async () => {
  await using sandbox = await openSandbox();
  const url = new URL('/sandbox/next', sandbox.url);
  const response = await fetch(url, { method: 'POST', body: 'temper=ok' });
  expect(response.status).toBe(400);
});

it('keeps no key anywhere, not even one in the wrong place', async () => {
  await using sandbox = await openSandbox();
  const key = 'AK1234567890';
  await order(sandbox, { search: '212', access_key: key, secret_access_key: key });
  await order(sandbox, { search: key, type: key, quantity: key, fill_quantity: key });
  const { document } = await command<Books>(sandbox, '/sandbox/books');
  expect(document.requests).toHaveLength(2);
  const identity = await command(sandbox, '/sandbox/');
  expect(JSON.stringify([document, identity.document])).not.toContain(key);
});
