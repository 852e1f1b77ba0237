import { beforeAll, describe, expect, test } from 'vitest';
import { ensureAccount } from '../../src/ledger/index.ts';
import { documentedSite } from './documented.ts';
import { ask, newCsv, post, problemIn, send } from './site.ts';

const { given, site } = documentedSite();

describe('where there are several accounts', () => {
  beforeAll(() => ensureAccount(given.ledger, { name: 'main', mode: 'live', rate: 4 }));

  test('a plan has to say for which one it is', async () => {
    expect(problemIn(await send(site, '/api/plans', newCsv()))).toMatchObject([
      400,
      { code: 'invalid_usage', accounts: ['sandbox', 'main'] },
    ]);
    expect((await send(site, '/api/plans?account=main', newCsv())).json).toMatchObject({
      account: 'main',
    });
  });

  test('a code of the wrong country is an error when live, a warning in a sandbox', async () => {
    const wrong = newCsv().replace('212,10', '416,10');
    expect(problemIn(await send(site, '/api/plans?account=main', wrong))).toMatchObject([
      422,
      { code: 'bad_plan', faults: [{ column: 'area_code', found: '416' }] },
    ]);
    expect((await send(site, '/api/check', wrong)).json).toMatchObject({ faultCount: 1 });
    const stored = await send(site, '/api/plans?account=sandbox', wrong);
    expect(stored.status).toBe(201);
    const page = await fetch(`${site.url}/plans/${stored.json.id}`);
    expect(await page.text()).toContain('416 Ontario: 10');
  });

  test('a live plan is not started until it is said that it is meant', async () => {
    const csv = newCsv().replace('quantity', 'quantity,order_slot').replace('212,10', '212,10,1');
    const { json: plan } = await send(site, '/api/plans?account=main', csv);
    const start = (query = '') => post(site, `/api/plans/${plan.id}/start${query}`);
    const refused = await start();
    expect(problemIn(refused)).toMatchObject([
      409,
      { code: 'not_confirmed', numbers: 10, slots: 10, account: 'main' },
    ]);
    expect(refused.json.error.message).toContain(
      'This would buy 10 numbers and 10 slots in 1 order with the live account "main". Say ' +
        '?yes=true',
    );
    expect((await start('?yes=true')).json).toMatchObject({ state: 'running', mode: 'live' });
  });

  test('a warning that may cost money is answered with the plan or with its start', async () => {
    const costly = () =>
      newCsv()
        .replace('quantity', 'quantity,toll free')
        .replace(/(\n.*)\n/, '$1,1\n');
    const store = async (query = '') => {
      const { json } = await send(site, `/api/plans?account=main${query}`, costly());
      return `/api/plans/${json.id}/start?yes=true`;
    };
    const open = await store();
    const unanswered = [{ line: 1, column: 'toll free', needsAnswer: true }];
    expect((await ask(site, open.replace(/\/start.*/, ''))).json.openWarnings).toEqual([
      expect.objectContaining(unanswered[0]),
    ]);
    expect((await post(site, open)).json).toMatchObject({
      error: { code: 'not_confirmed', warnings: unanswered },
    });
    // It comes before the question for a yes, which alone would not be enough.
    const unsaid = open.replace('?yes=true', '');
    expect((await post(site, unsaid)).json.error.warnings).toMatchObject(unanswered);
    const asked = await post(site, `${unsaid}?acceptWarnings=true`);
    expect(asked.json.error.message).toContain('Say ?yes=true');
    const running = { state: 'running', openWarnings: [] };
    expect((await post(site, `${open}&acceptWarnings=true`)).json).toMatchObject(running);
    const answered = await store('&acceptWarnings=true');
    expect((await post(site, answered)).json).toMatchObject(running);
  });
});
