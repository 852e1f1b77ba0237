import { beforeAll, describe, expect, test } from 'vitest';
import { planEvents } from '../../src/ledger/index.ts';
import { press } from './pages-forms.ts';
import { as, signedIn, siteWith } from './people.ts';
import { ask, ledgerOfFile, newCsv, post, problemIn, type Site, send, submitted } from './site.ts';

const given = ledgerOfFile();
let site: Site;
beforeAll(async () => {
  ({ site } = await siteWith(given));
});

describe('what is done', () => {
  test('is kept under who signed in, with the name that was given as a note', async () => {
    const right = as('submit');
    const { json } = await send(site, '/api/plans?by=Boss', newCsv(), right);
    expect(json.submittedBy).toBe('Boss (signed in as submit-person)');
    await post(site, `/api/plans/${json.id}/start`, { by: 'submit-person' }, right);
    await post(site, `/api/plans/${json.id}/pause`, { by: 'Grace', why: 'lunch' }, right);
    const who = 'submit-person';
    expect(await planEvents(given.ledger, json.id)).toMatchObject([
      { kind: 'plan_paused', who, by: 'Grace', why: 'lunch' },
      { kind: 'plan_started', who, by: null },
      { kind: 'plan_submitted', who, by: 'Boss' },
    ]);
  });

  test('is refused under a name that could look like the word of the program', async () => {
    const id = await submitted(site, newCsv(), as('submit'));
    const path = `/api/plans/${id}`;
    const by = 'ada (signed in as admin-person)';
    expect(problemIn(await post(site, `${path}/start`, { by }, as('submit')))).toMatchObject([
      400,
      { code: 'invalid_usage', field: 'by', message: expect.stringContaining('The name') },
    ]);
    expect((await ask(site, path, { headers: as('submit') })).json.state).toBe('ready');
  });

  test('asks a person who signed in for no name', async () => {
    const cookie = await signedIn(site, 'submit-person');
    const id = await submitted(site, newCsv(), { cookie });
    await post(site, `/api/plans/${id}/start`, undefined, { cookie });
    const page = await ask(site, `/plans/${id}`, { headers: { cookie } });
    expect(page.text).toContain(`action="/plans/${id}/pause"`);
    expect(page.text).not.toContain('name="by"');
    const paused = await press(site, `/plans/${id}/pause`, { why: 'lunch' }, { cookie });
    expect(paused.status).toBe(303);
    const [event] = await planEvents(given.ledger, id);
    expect(event).toMatchObject({ kind: 'plan_paused', who: 'submit-person', by: null });
  });

  test('shows no button to who may not press it', async () => {
    const id = await submitted(site, newCsv(), as('submit'));
    const [viewer, approver] = [
      await signedIn(site, 'view-person'),
      await signedIn(site, 'approve-person'),
    ];
    for (const cookie of [viewer, approver]) {
      for (const path of ['/', `/plans/${id}`, '/accounts', '/accounts/sandbox', '/unknown']) {
        const { status, text } = await ask(site, path, { headers: { cookie } });
        const posts = [...text.matchAll(/method="post" action="([^"]+)"/g)].map(([, to]) => to);
        expect({ path, status, posts }).toEqual({ path, status: 200, posts: ['/sign-out'] });
        expect(text).not.toContain('href="/plans/new"');
      }
    }
    const start = { rate: '4' };
    const refused = await press(site, `/plans/${id}/start`, start, { cookie: viewer });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(
      'This needs the role submit, and view-person has the role view.',
    );
  });
});
