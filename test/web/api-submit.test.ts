import { describe, expect, test } from 'vitest';
import { documentedSite } from './documented.ts';
import { ask, newCsv, problemIn, send, submitted } from './site.ts';

const { site } = documentedSite();

describe('a plan that is handed in', () => {
  test('as the body is stored in state ready, and nothing starts', async () => {
    const answer = await send(site, '/api/plans?name=Autumn', newCsv('212,30'));
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      name: 'Autumn',
      state: 'ready',
      requested: 30,
      pending: 30,
      orders: 2,
      account: 'sandbox',
      submittedBy: 'Ada',
    });
    expect(answer.json.events).toEqual([
      expect.objectContaining({ kind: 'plan_submitted', who: 'system:Ada', by: null }),
    ]);
    expect(answer.headers.location).toBe(`/api/plans/${answer.json.id}`);
  });

  test('as the file of a form is the same, and has the name of the file', async () => {
    const form = new FormData();
    form.set('plan', new File([newCsv()], '../../etc/plan <b>.csv'));
    const response = await fetch(`${site.url}/api/plans`, { method: 'POST', body: form });
    const plan = await response.json();
    expect({ status: response.status, plan }).toMatchObject({
      status: 201,
      plan: { name: 'plan <b>.csv', requested: 10 },
    });
  });

  const sendForm = async (fields: Record<string, string>, csv: string, query = '') => {
    const form = new FormData();
    form.set('plan', new File([csv], 'plan.csv'));
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const response = await fetch(`${site.url}/api/plans${query}`, { method: 'POST', body: form });
    // biome-ignore lint/suspicious/noExplicitAny: what a test expects, it says itself
    return { status: response.status, json: (await response.json()) as any };
  };

  test('as a form says in its fields what else stands in the query', async () => {
    const csv = newCsv('212,');
    const fields = { name: 'Autumn', account: 'sandbox', by: 'Bea', defaultQuantity: '7' };
    const first = await sendForm(fields, csv);
    expect(first).toMatchObject({
      status: 201,
      json: { name: 'Autumn', submittedBy: 'Bea', account: 'sandbox', requested: 7 },
    });
    expect((await sendForm(fields, csv)).status).toBe(409);
    expect((await sendForm({ ...fields, again: 'true' }, csv)).status).toBe(201);
    // The query holds beside a form.
    const { name: _, ...others } = fields;
    expect((await sendForm(others, csv, '?again=true&name=Query')).json.name).toBe('Query');
    expect(await sendForm({ account: 'west' }, newCsv())).toMatchObject({
      status: 404,
      json: { error: { message: expect.stringContaining('sandbox') } },
    });
  });

  test.each([
    [{ agian: 'true' }, '', 'a field "agian", which is not known here'],
    [{ name: 'One' }, '?name=Two', 'Say name once: in the query, or in the form.'],
    [{ again: 'perhaps' }, '', 'In the form, "again": it must be true or false.'],
  ])('in a form with %o is refused in a sentence, and not stored', async (fields, query, says) => {
    const before = (await ask(site, '/api/plans')).json.total;
    expect(await sendForm(fields, newCsv(), query)).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_usage', message: expect.stringContaining(says) } },
    });
    expect((await ask(site, '/api/plans')).json.total).toBe(before);
  });

  test('is described, form and all', async () => {
    const { paths } = (await ask(site, '/api/openapi.json')).json;
    const form = paths['/api/plans'].post.requestBody.content['multipart/form-data'].schema;
    expect(Object.keys(form.properties)).toEqual([
      'plan',
      'name',
      'account',
      'again',
      'acceptWarnings',
      'by',
      'defaultQuantity',
      'keepTrying',
    ]);
    expect(form.required).toEqual(['plan']);
  });

  test.each([
    ['<script>alert(1)</script>.csv', '<script>alert(1)</script>.csv'],
    ['C:\\Users\\Ada\\autumn.csv', 'autumn.csv'],
    ['/home/ada/autumn.csv', 'autumn.csv'],
    ['lists of 2026/autumn.csv', 'autumn.csv'],
  ])('as the file %s is called %s', async (file, name) => {
    const form = new FormData();
    form.set('plan', new File([newCsv()], file));
    const response = await fetch(`${site.url}/api/plans`, { method: 'POST', body: form });
    expect(((await response.json()) as { name: string }).name).toBe(name);
  });

  test('keeps the name it is given, whatever it is, without control characters', async () => {
    const name = encodeURIComponent('<script>alert(1)</script>\x1b[2J');
    const { json } = await send(site, `/api/plans?name=${name}`, newCsv());
    expect(json.name).toBe('<script>alert(1)</script> [2J');
  });

  test('with errors is refused with each of them, and nothing is stored', async () => {
    const before = (await ask(site, '/api/plans')).json.total;
    const answer = await send(site, '/api/plans', 'area_code,quantity\n21,5\n212,x\n');
    expect(answer.status).toBe(422);
    expect(answer.json.error).toMatchObject({
      code: 'bad_plan',
      message: 'The plan has 2 errors. Nothing was stored and nothing was bought.',
      faultCount: 2,
      faults: [
        { line: 2, column: 'area_code', found: '21' },
        { line: 3, column: 'quantity', found: 'x' },
      ],
    });
    expect((await ask(site, '/api/plans')).json.total).toBe(before);
  });

  test('a second time is refused, naming the first, unless it is said again', async () => {
    const csv = newCsv();
    const id = await submitted(site, csv);
    const answer = await send(site, '/api/plans', csv);
    expect(problemIn(answer)).toMatchObject([409, { code: 'duplicate_file', plan: id }]);
    const again = await send(site, '/api/plans?again=true', csv);
    expect(again.status).toBe(201);
    expect(again.json.id).not.toBe(id);
  });

  test('a second time under its Idempotency-Key leads to the plan that it made', async () => {
    const csv = newCsv();
    const key = { 'idempotency-key': 'order-2026-11' };
    const [one, two] = await Promise.all([
      send(site, '/api/plans', csv, key),
      send(site, '/api/plans', csv, key),
    ]);
    const three = await send(site, '/api/plans?again=true', csv, key);
    expect([one.status, two.status, three.status]).toEqual([201, 201, 201]);
    expect(new Set([one.json.id, two.json.id, three.json.id]).size).toBe(1);
  });

  test('under a key that came with other options is refused', async () => {
    const csv = `area_code,quantity\n${newCsv().split('\n')[1]?.split(',')[0]},\n`;
    const key = { 'idempotency-key': 'with-options' };
    const first = await send(site, '/api/plans?defaultQuantity=100', csv, key);
    expect(first).toMatchObject({ status: 201, json: { requested: 100 } });
    for (const other of ['defaultQuantity=1', 'defaultQuantity=100&keepTrying=3d']) {
      const { status, json } = await send(site, `/api/plans?${other}`, csv, key);
      expect([status, json.error?.code], other).toEqual([409, 'idempotency_key_reused']);
    }
  });

  test.each(['30d', 'until+2026-12-31'])(
    'under a key that came with keepTrying=%s is refused with another',
    async (keepTrying) => {
      const csv = newCsv();
      const key = { 'idempotency-key': `keeps-trying-${keepTrying}` };
      const submit = (wish: string) => send(site, `/api/plans?keepTrying=${wish}`, csv, key);
      const { json } = await submit(keepTrying);
      expect(await submit(keepTrying)).toMatchObject({ status: 201, json: { id: json.id } });
      expect((await submit('1h')).status).toBe(409);
    },
  );

  test('under a key that came with another file is refused, and that plan is named', async () => {
    const key = { 'idempotency-key': 'mine' };
    const { json } = await send(site, '/api/plans', newCsv(), key);
    const answer = await send(site, '/api/plans', newCsv(), key);
    expect(problemIn(answer)).toMatchObject([
      409,
      { code: 'idempotency_key_reused', plan: json.id },
    ]);
  });

  test.each([
    ['no body', {}, 'There is no plan in the request.'],
    ['no CSV', { body: { plan: 1 } }, 'This content type is not understood here.'],
    [
      'no known type',
      { body: '<x/>', headers: { 'content-type': 'text/xml' } },
      'Send a plan as text/csv',
    ],
    [
      'a key with blanks',
      { body: 'x', headers: { 'content-type': 'text/csv', 'idempotency-key': 'a b' } },
      '"idempotency-key": it must have 1 to 255',
    ],
  ])('with %s is refused in a sentence', async (_, asking, sentence) => {
    const answer = await ask(site, '/api/plans', { method: 'POST', ...asking });
    expect(Math.floor(answer.status / 100)).toBe(4);
    expect(answer.json.error).toMatchObject({
      code: 'invalid_usage',
      message: expect.stringContaining(sentence),
    });
  });

  test('keeps trying as the query says, or is refused in a sentence', async () => {
    const plan = (await send(site, '/api/plans?keepTrying=12H', newCsv())).json;
    expect((await ask(site, `/api/plans/${plan.id}/lines`)).json.lines).toMatchObject([
      { keepTrying: '12h', fallback: null },
    ]);
    for (const path of ['/api/plans?keepTrying=soon', '/api/check?keepTrying=soon']) {
      expect(problemIn(await send(site, path, newCsv()))).toMatchObject([
        400,
        { code: 'invalid_usage', message: expect.stringContaining('"soon", is neither') },
      ]);
    }
  });

  test('for an account that is not there names those that are', async () => {
    expect(problemIn(await send(site, '/api/plans?account=west', newCsv()))).toMatchObject([
      404,
      { code: 'not_found', message: expect.stringContaining('sandbox') },
    ]);
  });

  test('is judged by check with the command line’s document, and nothing is stored', async () => {
    const before = (await ask(site, '/api/plans')).json.total;
    const good = await send(
      site,
      '/api/check?defaultQuantity=5',
      'area_code,quantity,city,status\n212,,NY,new\n',
    );
    expect({ status: good.status, json: good.json }).toMatchObject({
      status: 200,
      json: {
        ...{ lines: 1, numbers: 5, faultCount: 0 },
        extraColumns: ['city', 'status'],
        resultColumns: ['city', 'plan_status'],
        areaCodes: [{ areaCode: '212', place: 'New York', lines: 1, numbers: 5 }],
      },
    });
    const withLadder = await send(
      site,
      '/api/check?keepTrying=3d',
      'area_code,quantity,fallback\n646,1,OVERLAY:2\n',
    );
    expect(withLadder.json).toMatchObject({
      ...{ faultCount: 0, fallbackLines: 1, ladderCount: 1, keepTryingLines: 1 },
      ladders: [
        {
          ...{ type: 'local', areaCode: '646', fallback: 'overlay:2' },
          steps: [{ rung: 1, name: 'overlay', areaCode: '212', cap: 2 }, {}, {}],
          words: '646 New York: overlay:2 212, 332, 917',
        },
      ],
    });
    expect(withLadder.json).not.toHaveProperty('ladderWords');
    const bad = await send(site, '/api/check', 'area_code,quantity\n212,\n');
    expect({ status: bad.status, json: bad.json }).toMatchObject({
      status: 200,
      json: { faultCount: 1 },
    });
    expect((await ask(site, '/api/plans')).json.total).toBe(before);
  });
});
