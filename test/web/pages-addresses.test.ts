import { beforeAll, expect, test } from 'vitest';
import { findPlan } from '../../src/ledger/index.ts';
import { leadsTo, press, read, ticked, upload, words } from './pages-forms.ts';
import { type Scene, setScene } from './pages-scene.ts';
import { ask, newCsv, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();
let scene: Scene;
beforeAll(async () => {
  scene = await setScene(given.ledger);
});

test('a form’s address, asked for again, leads to the page that it stands on', async () => {
  for (const [path, page] of [
    ['/unknown/50000003/bought', '/unknown?order=50000003'],
    ['/unknown/50000003/undo', '/unknown'],
    ['/plans/7/pause', '/plans/7'],
    ['/accounts/main/pace', '/accounts/main'],
    ['/plans', '/'],
  ])
    expect(leadsTo(await ask(site, path!)), path).toBe(`303 ${page}`);
});

test('settling an order of one plan leads back to that plan’s orders', async () => {
  const [, , order] = scene.running.orders;
  const page = await ask(site, `/unknown?plan=${scene.running.id}`);
  expect(page.text).toContain(`<input type="hidden" name="plan" value="${scene.running.id}">`);
  const fields = { by: 'Ada', why: 'asked the vendor', plan: String(scene.running.id) };
  const refused = await press(site, `/unknown/${order}/nothing`, fields);
  expect(refused.text).toContain(`<input type="hidden" name="plan" value="${scene.running.id}">`);
  const asking = { ...fields, ...ticked(refused) };
  const answer = await press(site, `/unknown/${order}/nothing`, asking);
  expect(leadsTo(answer)).toBe(`303 /unknown?plan=${scene.running.id}&settled=${order}`);
});

test('a plan that is not there is told without a command', async () => {
  for (const path of ['/plans/99/pause', '/plans/99/start']) {
    const page = await press(site, path, { by: 'Ada', why: 'x' });
    expect(words(page)).toContain('There is no plan 99.');
    expect(words(page)).not.toContain('"plans" lists');
  }
});

test('an id that is larger than any plan’s counts as left out', async () => {
  expect((await ask(site, '/unknown?plan=3000000000')).status).toBe(200);
  expect((await ask(site, '/api/plans?before=9999999999')).status).toBe(400);
});

test('a page of lines beyond the last does not say that all are shown', async () => {
  const page = await read(site, `/plans/${scene.running.id}?after=999999999`);
  expect(page).toContain('This plan has no more lines.');
  expect(page).not.toContain('all shown');
});

test('a name with quotes, as browsers send it, is shown with them', async () => {
  const answer = await upload(site, {
    name: 'the "big" one.csv',
    csv: newCsv(),
    account: 'sandbox',
  });
  const { name } = await findPlan(given.ledger, Number(answer.headers.location!.split('/').at(-1)));
  expect(name).toBe('the "big" one.csv');
});
