import { describe, expect, test } from 'vitest';
import { findAccount } from '../../src/ledger/index.ts';
import { overtakenWhilePaused } from '../report/submitted-remainder.ts';
import { ladderPlan, sellEach } from '../support/ladder-plan.ts';
import { breachesOf } from '../support/ledger.ts';
import { line, newPlan } from '../support/plans.ts';
import { newNumbers, readList, sendOne } from '../support/sending.ts';
import { documentedSite } from './documented.ts';
import { type Answer, ask, newCsv, post, problemIn, send, submitted } from './site.ts';

const { given, site } = documentedSite();

describe('a plan', () => {
  test('is listed newest first, found by its name, and paged', async () => {
    for (const name of ['needle 1', 'needle 2', 'needle 3'])
      await send(site, `/api/plans?name=${encodeURIComponent(name)}`, newCsv());
    const first = await ask(site, '/api/plans?search=needle&limit=2');
    const names = ({ json }: Answer) => json.plans.map((plan: { name: string }) => plan.name);
    expect(first.json).toMatchObject({ total: 3 });
    expect(names(first)).toEqual(['needle 3', 'needle 2']);
    const second = await ask(site, `/api/plans?search=needle&limit=2&before=${first.json.next}`);
    expect([names(second), second.json.next]).toEqual([['needle 1'], null]);
  });

  test('is checked beside what earlier plans met in its area codes', async () => {
    const account = await findAccount(given.ledger, 'sandbox');
    const lines = [line({ areaCode: '830', quantity: 10 })];
    const plan = await newPlan(given.ledger, { account, lines });
    await sendOne(given.ledger, plan, 'short', { numbers: newNumbers(4) });
    const met = { areaCode: '830', plan: plan.id, asked: 10, bought: 4 };
    const stock = [expect.objectContaining(met)];
    const url = '/api/stock?areaCodes=201,830';
    expect((await ask(site, url)).json).toEqual({ stock });
    const csv = 'area_code,quantity\n830,5\n';
    expect((await send(site, '/api/check', csv)).json).toMatchObject({ numbers: 5, stock });
    expect((await ask(site, '/api/stock?areaCodes=83')).json.error.code).toBe('invalid_usage');
    const id = await submitted(site, csv);
    const page = await ask(site, `/plans/${id}`);
    expect(page.text).toMatch(/Sold out before.*830: 4 of\s+10, by <a href="\/plans\/\d+">plan/s);
  });

  test('has lines, in pages, filtered, with the cells of its own columns', async () => {
    const id = await submitted(
      site,
      'area_code,quantity,city\n212,10,"New ""York"""\n312,20,Chicago\n415,30,\n',
    );
    const page = (query: string) => ask(site, `/api/plans/${id}/lines?${query}`);
    const first = await page('limit=2');
    expect(first.json).toMatchObject({
      columns: ['city'],
      lines: [
        { line: 2, extra: ['New "York"'] },
        { line: 3, pending: 20 },
      ],
      previous: null,
      next: 3,
    });
    expect((await page('limit=2&after=3')).json).toMatchObject({
      lines: [{ line: 4 }],
      previous: 4,
      next: null,
    });
    expect((await page('filter=missing')).json.lines).toEqual([]);
    expect((await page('search=415')).json.lines).toMatchObject([{ line: 4 }]);
  });

  test('is started, paused, resumed and cancelled by a named person with a reason', async () => {
    const id = await submitted(site);
    const move = (name: string, body?: object) => post(site, `/api/plans/${id}/${name}`, body);
    expect((await move('start')).json).toMatchObject({
      state: 'running',
      events: [{ kind: 'plan_started', who: 'system:Ada' }, {}],
    });
    expect((await move('pause', { by: 'Grace', why: 'lunch' })).json).toMatchObject({
      state: 'paused',
      reason: 'lunch',
      events: [{ kind: 'plan_paused', by: 'Grace', why: 'lunch' }, {}, {}],
    });
    expect((await move('resume')).json).toMatchObject({ state: 'running' });
    expect((await move('cancel', { why: 'enough' })).json).toMatchObject({
      state: 'cancelled',
      cancelled: 10,
      pending: 0,
      endedAt: expect.any(String),
    });
    const late = await move('start');
    expect(problemIn(late)).toMatchObject([409, { code: 'wrong_state', state: 'cancelled' }]);
  });

  test('that was overtaken is resumed only by who says so', async () => {
    const account = await findAccount(given.ledger, 'sandbox');
    const resume = `/api/plans/${await overtakenWhilePaused(given.ledger, account)}/resume`;
    expect(problemIn(await post(site, resume))).toMatchObject([
      409,
      { code: 'wrong_state', message: expect.stringMatching(/may have bought.* \?again=true\.$/) },
    ]);
    expect((await post(site, `${resume}?again=true`)).json).toMatchObject({ state: 'running' });
  });

  test('is retried where it was refused', async () => {
    const plan = await newPlan(given.ledger, { account: given.account });
    await sendOne(given.ledger, plan, 'refused');
    const { json } = await post(site, `/api/plans/${plan.id}/retry`);
    expect(json).toMatchObject({ retried: 1, refused: 0, pending: 10 });
  });

  test('is retried against the list only by a person who says why', async () => {
    const lines = [line({ areaCode: '646', quantity: 10 })];
    const plan = await newPlan(given.ledger, { account: given.account, lines });
    await sendOne(given.ledger, plan, 'refused');
    await readList(given.ledger, plan.account, newNumbers(10, '646'));
    const retry = (body: object) => post(site, `/api/plans/${plan.id}/retry`, body);
    expect(problemIn(await retry({ by: 'Ada' }))).toMatchObject([
      409,
      { code: 'against_evidence', objections: [expect.stringContaining('owns 10 numbers')] },
    ]);
    const anyway = { by: 'Ada', againstEvidence: true };
    expect(problemIn(await retry(anyway))).toMatchObject([400, { code: 'invalid_usage' }]);
    const { json } = await retry({ ...anyway, why: 'bought by hand' });
    expect(json).toMatchObject({ retried: 1, refused: 0, pending: 10 });
  });

  test('is closed, one line of it or all of them, and then tried no longer', async () => {
    const { ledger, account } = given;
    const wishes = { account, steps: [], keepTrying: '3d', quantities: [2, 3, 4] };
    const plan = await ladderPlan(ledger, wishes);
    await sellEach(ledger, plan, 0, 3, 1);
    const close = (body: object) => post(site, `/api/plans/${plan.id}/close`, body);
    const one = await close({ line: 2, by: 'Grace', why: 'no need' });
    expect(one.json).toMatchObject({
      state: 'standing',
      standing: { lines: 1, nextAt: expect.any(String), until: expect.any(String) },
      revision: 1,
      events: [{ kind: 'lines_closed', by: 'Grace', why: 'no need', detail: { line: 2 } }, {}, {}],
    });
    expect((await close({ line: 2 })).json.error).toMatchObject({ code: 'wrong_state', line: 2 });
    expect((await close({})).json).toMatchObject({ state: 'finished', standing: null, short: 5 });
    expect((await close({})).status).toBe(409);
    expect(await breachesOf(ledger, plan.id)).toEqual([]);
  });

  test('has a course over time', async () => {
    const id = await submitted(site);
    const { status, json } = await ask(site, `/api/plans/${id}/progress`);
    expect({ status, json }).toEqual({ status: 200, json: { progress: [] } });
  });

  test('has its results as downloads', async () => {
    const plan = await newPlan(given.ledger, { account: given.account });
    await sendOne(given.ledger, plan, 'filled', { numbers: newNumbers(10) });
    for (const [name, first, lines] of [
      ['numbers.csv', /^\ufeffline,order/, 11],
      ['lines.csv', /^\ufeffline,area/, 2],
      ['remainder.csv', /^\ufeffarea/, 1],
      ['unknown.csv', /^\ufefforder/, 1],
      ['surplus.csv', /^\ufefforder/, 1],
      ['summary.json', /^{\n {2}"plan"/, 1],
    ] as const) {
      const { status, headers, text } = await ask(site, `/api/plans/${plan.id}/${name}`);
      expect(status).toBe(200);
      expect(headers['content-disposition']).toBe(`attachment; filename="plan-${plan.id}-${name}"`);
      expect(text).toMatch(first);
      expect(text.trim().split('\r\n'), name).toHaveLength(lines);
    }
  });

  test('that is not there is not found, in whatever way it is asked for', async () => {
    const paths: [string, string][] = [
      ['GET', ''],
      ['GET', '/lines'],
      ['GET', '/progress'],
      ['GET', '/events'],
      ['GET', '/numbers.csv'],
      ['GET', '/summary.json'],
      ['POST', '/start'],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
      ['POST', '/retry'],
    ];
    for (const [method, path] of paths) {
      const { status, json } = await ask(site, `/api/plans/987654${path}`, { method });
      expect({ path, status, code: json.error.code }).toEqual({
        path,
        status: 404,
        code: 'not_found',
      });
    }
  });
});
