import { beforeAll, describe, expect, test } from 'vitest';
import {
  changeAccount,
  endPlans,
  ensureAccount,
  findPlan,
  steerPlan,
} from '../../src/ledger/index.ts';
import { sql } from '../support/ledger.ts';
import { line, linesOf, newPlan } from '../support/plans.ts';
import { sendOne } from '../support/sending.ts';
import { read, words } from './pages-forms.ts';
import { HOSTILE, namedPlan, type Scene, setScene } from './pages-scene.ts';
import { type Answer, ask, hear, newCsv, send, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();
let scene: Scene;

beforeAll(async () => {
  scene = await setScene(given.ledger);
});

const planPage = ({ id }: { id: number }) => read(site, `/plans/${id}`);

/** Every page, by what it shows. */
const pages = (): [name: string, path: string][] => [
  ['plans', '/'],
  ['a search', `/?q=${encodeURIComponent(HOSTILE)}`],
  ['a search that finds nothing', `/?q=${encodeURIComponent(`${HOSTILE}!`)}`],
  ['new plan', '/plans/new'],
  ['a plan to start', `/plans/${scene.ready.id}`],
  ['a running plan', `/plans/${scene.running.id}`],
  ['its missing lines', `/plans/${scene.running.id}?filter=missing`],
  ['a line looked for', `/plans/${scene.running.id}?q=${encodeURIComponent(HOSTILE)}`],
  ['a plan whose account paused itself', `/plans/${scene.stopped.id}`],
  ['a cancelled plan', `/plans/${scene.cancelled.id}`],
  ['a finished plan', `/plans/${scene.done.id}`],
  ['what is unknown', '/unknown'],
  ['one unknown order', `/unknown?order=${scene.running.orders[2]}`],
  ['accounts', '/accounts'],
  ['an account', '/accounts/west'],
  ['no such page', `/${encodeURIComponent(HOSTILE)}`],
  ['no such account', `/accounts/${encodeURIComponent(HOSTILE)}`],
];

describe('every page', () => {
  const answers: [name: string, Answer][] = [];
  beforeAll(async () => {
    for (const [name, path] of pages()) answers.push([name, await ask(site, path)]);
  });

  test('escapes what people and vendors have written, in texts and in attributes', () => {
    let seen = 0;
    for (const [name, { text }] of answers) {
      expect(text, name).not.toMatch(/<script>|<img|alert\(1\)<\/script>/);
      // A quote that ends an attribute early would let the rest of the text become attributes.
      expect(text, name).not.toMatch(/<[^>]*\sonerror=/);
      if (text.includes('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#62;&#60;img'))
        seen += 1;
    }
    expect(seen).toBeGreaterThan(8);
  });

  test('has a title, one heading, one main part, and a word on where one is', () => {
    for (const [name, { text, headers }] of answers) {
      expect(headers['content-type'], name).toMatch('text/html');
      expect(text, name).toMatch(/<title>[^<]+ · bulk-order<\/title>/);
      expect(text.match(/<h1>/g), name).toHaveLength(1);
      expect(text.match(/<main /g), name).toHaveLength(1);
    }
  });

  test('keeps the policy it is sent with: no style and no script in the page itself', () => {
    for (const [name, { text, headers }] of answers) {
      expect(headers['content-security-policy'], name).toContain("script-src 'self'");
      expect(text, name).not.toMatch(/\sstyle=|<style|\son\w+="|javascript:/);
      expect(text.match(/<script[^>]*>/g), name).toEqual([
        expect.stringMatching(/^<script type="module" src="\/assets\/[\da-f]{16}\/app.js">$/),
      ]);
    }
  });

  test('loads only files that are there, and none from elsewhere', async () => {
    const { text } = await ask(site, '/');
    const files = [...text.matchAll(/(?:src|href)="(\/(?:assets\/[^"]+|favicon\.ico))"/g)];
    expect(files.length).toBeGreaterThan(3);
    for (const [, file] of files) expect((await ask(site, file!)).status, file).toBe(200);
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe('plans', () => {
  test('shows each with its state, account, counts and submitter, newest first', async () => {
    await hear({ ledger: given.ledger, account: scene.main });
    const page = await read(site, '/');
    expect(page).toContain('Autumn regional rollout LIVE main Running 6 of 389 bought 4 10');
    expect(page).toContain(
      'Account paused 2 of 36 bought 0 16 stopped until its account is resumed',
    );
    expect(page).toContain('All bought 18 of 18 bought');
    expect(page.indexOf('Autumn')).toBeLessThan(page.indexOf('Call overflow'));
    expect(page).toContain('8 orders: outcome unknown.');
    expect(page).toContain('Account west is paused.');
  });

  test('finds by name, account, person and number, and says so when there is nothing', async () => {
    expect(await read(site, '/?q=rollout')).toContain('1 of 1 plan');
    expect(await read(site, `/?q=${scene.done.id}`)).toContain('Call overflow');
    expect(await read(site, '/?q=WEST')).toContain('1 of 1 plan');
    expect(await read(site, '/?q=marketing')).toContain('5 of 5 plans');
    expect(await read(site, '/?q=nothing')).toContain('No plan matches “nothing”. Show all plans');
  });
});

describe('a plan', () => {
  test('that is ready shows what Start would do, and has no other way to start it', async () => {
    const answer = await ask(site, `/plans/${scene.ready.id}`);
    const page = words(answer);
    expect(page).toContain('LIVE This buys real numbers and costs money');
    expect(page).toContain('27 numbers and 3 slots, in 9 orders, on account main');
    expect(page).toContain('LIVE Start: buy 27 numbers on account main');
    expect(page).toContain('2 warnings');
    expect(page).toContain('3 233-555 Local 3 1 buys 3 slots Store 2');
    const [form] = answer.text.match(/<form class="go[\s\S]*?<\/form>/) ?? [''];
    expect(form).not.toMatch(/<input (?!type="hidden")/);
  });

  test('adds up under its bar', async () => {
    const { text } = await ask(site, `/plans/${scene.running.id}`);
    const figure = (name: string) => {
      const [, n] = text.match(new RegExp(`data-figure="${name}">(?:<[^>]*>)?([\\d,]+)`)) ?? [];
      return Number(n?.replaceAll(',', ''));
    };
    expect(figure('requested')).toBe(389);
    expect(figure('bought') + figure('missing') + figure('unknown') + figure('pending')).toBe(389);
    const [bar] = text.match(/<svg class="bar big[\s\S]*?<\/svg>/) ?? [''];
    const widths = [...bar.matchAll(/ width="([\d.]+)%"/g)].map(([, width]) => Number(width));
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100, 1);
  });

  test('shows lines of one kind only, and turns pages', async () => {
    const url = `/plans/${scene.running.id}`;
    expect(await read(site, `${url}?filter=unknown`)).toMatch(/ 3 lines, all shown/);
    const first = await ask(site, url);
    expect(words(first)).toContain('Lines 2 to 51');
    const [, next] = first.text.match(/rel="next" href="([^"]+)#lines"/) ?? [];
    expect(await read(site, next!.replaceAll('&#61;', '='))).toContain('Lines 52 to 101');
    expect(await read(site, `${url}?q=12`)).toContain('1 line, all shown');
    expect(await read(site, `/plans/${scene.done.id}?filter=missing`)).toContain(
      'No line is missing anything. Show all lines',
    );
  });

  test('is read by page: what is not shown is not on it', async () => {
    const { text } = await ask(site, `/plans/${scene.running.id}`);
    expect(text.match(/<tr data-key=/g)).toHaveLength(50);
  });

  test('has the same counts in its chart as above it, also before they are noted', async () => {
    const page = await planPage(scene.running);
    expect(page).toContain('Bought 6 ');
    expect(page).toContain('Numbers bought so far 6 ');
  });

  test('that has ended speaks of its own pace, not of what the account has now', async () => {
    const { id } = scene.done;
    const took = `update ledger.plans set started_at = ended_at - interval '12 s' where id = $1`;
    await sql(given.ledger, took, [id]);
    expect(await read(site, '/?q=overflow')).toContain('ended took 12 s');
    const { text } = await ask(site, `/plans/${id}`);
    expect(words({ text } as Answer)).toContain('Orders a second 0.5 on average, pauses left out');
    expect(text).not.toMatch(/class="pace"|set to|pace set|on main<\/a>/);
  });

  test('has final result files when it has ended and nothing is unknown', async () => {
    expect(await planPage(scene.done)).toContain('Result files final');
    expect(await planPage(scene.running)).toContain('Result files as of now, not final');
    const account = await ensureAccount(given.ledger, { name: 'east', mode: 'live', rate: 4 });
    const plan = await namedPlan(given.ledger, { name: 'Two', account, lines: [line()] });
    await sendOne(given.ledger, plan, 'unknown');
    await endPlans(given.ledger, account.id);
    expect((await findPlan(given.ledger, plan.id)).endedAt).not.toBeNull();
    expect(await planPage(plan)).toContain('not final while orders are unknown');
  });

  test('tells what happened to its account while it ran', async () => {
    const events = async (id: number) => {
      const page = await read(site, `/plans/${id}`);
      return page.slice(page.indexOf('Latest events'));
    };
    expect(await events(scene.stopped.id)).toContain('The account paused itself.');
    await changeAccount(given.ledger, 'main', { rate: 5 }, { who: 'Bob' });
    expect(await events(scene.running.id)).toContain('Pace set to 5 by Bob.');
    expect(await events(scene.done.id)).not.toContain('Pace set');
    expect(await events(scene.ready.id)).not.toContain('Pace set');
  });

  test('that is ready names the plans of the same file, on any account', async () => {
    const csv = newCsv();
    const first = (await send(site, '/api/plans?account=west', csv)).json;
    const ready = (await send(site, '/api/plans?account=main', csv)).json;
    expect(await planPage(ready)).toContain('This file was submitted before.');
    const same = `Plan ${first.id} on west is the same file. It`;
    expect(await planPage(ready)).toContain(`${same} has not been started yet.`);
    await steerPlan(given.ledger, first.id, 'start', { who: 'Ada' });
    expect(await planPage(ready)).toMatch(
      new RegExp(`${same} bought 0 numbers, \\d+ may still be\\.`),
    );
    expect(await planPage(scene.ready)).not.toContain('submitted before');
  });

  test('says why nothing is sent', async () => {
    await sql(given.ledger, 'delete from ledger.workers');
    expect(await planPage(scene.stopped)).toContain(
      'Account west is paused. The last 5 answers were unknown',
    );
    expect(await planPage(scene.running)).toContain(
      'No worker is running for main, so nothing is sent.',
    );
    expect(await planPage(scene.cancelled)).toMatch(
      /Cancelled by marketing-ops, today [\d:]+ \. Reason: “<script>/,
    );
  });

  test('says that it is being cancelled until that is done', async () => {
    const plan = await newPlan(given.ledger, { account: scene.main, lines: linesOf(1, 1, 1) });
    await steerPlan(given.ledger, plan.id, 'cancel', { who: 'Ada', why: 'enough' });
    const shown = async () => ({
      page: await planPage(plan),
      list: await read(site, '/'),
      json: (await ask(site, `/api/plans/${plan.id}`)).json,
    });
    const begun = await shown();
    expect(begun.page).toMatch(/Cancelling .* Being cancelled by Ada/);
    expect(begun.page).toContain('3 orders of 3 are still being cancelled.');
    expect(begun.page).toContain('No worker is running for main, so nothing is sent.');
    expect(begun.list).toMatch(/Cancelling .* 3 orders left to cancel/);
    expect(begun.json).toMatchObject({ state: 'cancelled', isCancelling: true, pending: 3 });
    await endPlans(given.ledger, plan.account.id);
    const done = await shown();
    expect(done.page).toMatch(/Cancelled .* Cancelled by Ada/);
    for (const text of [done.page, done.list]) expect(text).not.toContain('Cancelling');
    expect(done.json).toMatchObject({ isCancelling: false, cancelled: 3, pending: 0 });
  });

  test('links its six result files, and each is there', async () => {
    const { text } = await ask(site, `/plans/${scene.done.id}`);
    const files = [...text.matchAll(/<li><a href="(\/api\/plans\/[^"]+)"/g)].map(([, url]) => url!);
    expect(files).toHaveLength(6);
    for (const file of files) expect((await ask(site, file)).status, file).toBe(200);
  });

  test('that is not there is said not to be, on a page', async () => {
    for (const path of ['/plans/99999', '/plans/x', '/plans/9999999999999999999']) {
      const answer = await ask(site, path);
      expect(answer.status, path).toBe(404);
      expect(words(answer), path).toMatch(/There is no (such plan here|plan 99999)\./);
    }
  });
});

test('accounts show pace, pauses and the breaker', async () => {
  const page = await read(site, '/accounts');
  expect(page).toContain('west LIVE Paused');
  expect(page).toContain('5 of 5. It is paused');
  expect(page).toContain('of 5, then it pauses');
  expect(page).toContain('Settle 5 unknown orders');
  expect(await read(site, '/accounts/west')).toContain('The account paused itself.');
  const idle = await ensureAccount(given.ledger, { name: 'idle', mode: 'sandbox', rate: 4 });
  expect(await read(site, '/accounts/idle')).toContain(
    'No answers yet. They appear here when a plan runs.',
  );
  expect(await read(site, '/accounts/main')).not.toContain('No answers yet');
  const plan = await newPlan(given.ledger, { account: idle, lines: linesOf(5) });
  await sendOne(given.ledger, plan, 'filled');
  const text = 'None of the latest answers was unclear.';
  expect(await read(site, '/accounts/idle')).toContain(text);
});

test('a ready plan that someone else starts becomes another page', async () => {
  const before = await ask(site, `/plans/${scene.ready.id}`);
  expect(before.text).toContain('data-shape="ready ');
  await steerPlan(given.ledger, scene.ready.id, 'start', { who: 'Bob' });
  expect((await findPlan(given.ledger, scene.ready.id)).state).toBe('running');
  const after = await ask(site, `/plans/${scene.ready.id}`);
  expect(after.text).toContain('data-shape="started ');
  expect(after.text).not.toContain('id="start"');
});
