import { expect, test } from 'vitest';
import { ensureAccount } from '../../src/ledger/index.ts';
import { line } from '../support/plans.ts';
import { sendOne } from '../support/sending.ts';
import { words } from './pages-forms.ts';
import { namedPlan } from './pages-scene.ts';
import { type Answer, ask, siteOfFile } from './site.ts';

const { given, site } = siteOfFile();

test('unknown orders that are alike are folded under the first of them', async () => {
  const account = await ensureAccount(given.ledger, { name: 'north', mode: 'live', rate: 4 });
  const lines = [2, 3, 4, 5].map((n) => line({ line: n, areaCode: n === 5 ? '907' : '212' }));
  const plan = await namedPlan(given.ledger, { name: 'Alike', account, lines });
  const what = 'No whole answer came: the connection was cut (ECONNRESET).';
  for (const id of plan.orders) await sendOne(given.ledger, plan, 'unknown', { what }, id);
  const { text } = await ask(site, `/unknown?plan=${plan.id}`);
  expect(text.match(/<article /g)).toHaveLength(4);
  const [folded] = text.match(/<details class="alike"[\s\S]*?<\/article><\/div><\/details>/) ?? [];
  expect(folded).toContain('2 more orders like this one');
  expect(folded?.match(/<article /g)).toHaveLength(2);
  expect(words({ text } as Answer)).toContain(
    'What came back No whole answer came: the connection was cut. Details HTTP 200, ECONNRESET',
  );
});
