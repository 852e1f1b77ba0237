import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { decide, refused } from '../report/reported-plan.ts';
import { documentedSite, schemaOf } from './documented.ts';
import { ask, problemIn, send, submitted } from './site.ts';

const { given, site, document } = documentedSite();

/** The remainder of a plan that was tried again since. */
async function staleRemainder(): Promise<{ id: number; csv: string }> {
  const id = await submitted(site);
  await ask(site, `/api/plans/${id}/start`, { method: 'POST' });
  const plan = { id, account: given.account, orders: [id * 10_000_000 + 1] };
  await decide(given.ledger, plan, [refused]);
  const csv = (await ask(site, `/api/plans/${id}/remainder.csv`)).text;
  await ask(site, `/api/plans/${id}/retry`, { method: 'POST' });
  return { id, csv };
}

const sentenceOf = (id: number) =>
  new RegExp(`^This file has the lines of a remainder of plan ${id} \\(.*Nothing was stored\\.`);

test('a stale remainder is refused as the ledger says', async () => {
  const { id, csv } = await staleRemainder();
  const answer = await send(site, '/api/plans', csv);
  expect(problemIn(answer)).toEqual([
    409,
    { code: 'wrong_state', message: expect.stringMatching(sentenceOf(id)), id },
  ]);
});

test('every route may answer every error', () => {
  const errors = Object.keys(ERROR_CODES).map((code) => ({ error: { code, message: 'No.' } }));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    // biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document
    Object.entries(methods as any).map(([method, of]: any) => [`${method} ${path}`, of.responses]),
  );
  const lacking = operations.flatMap(([name, responses]) => {
    expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['4XX', '5XX']));
    return Object.keys(responses)
      .filter((status) => /^[45]/.test(status))
      .flatMap((status) => {
        const schema = schemaOf(document, responses[status].content['application/json'].schema);
        return errors
          .filter((error) => !schema.safeParse(error).success)
          .map(({ error }) => `${name} ${status} ${error.code}`);
      });
  });
  expect(lacking).toEqual([]);
});
