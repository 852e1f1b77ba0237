import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { withFullStop } from '../../src/english.ts';
import type { LedgerEvent } from '../../src/ledger/index.ts';
import { readAreaCode } from '../../src/plan/cells.ts';
import { inApiWords } from '../../src/web/api/words.ts';
import { eventsCard } from '../../src/web/pages/components/events.ts';
import { codesOf, pageText, withTimes } from '../../src/web/pages/components/page-text.ts';
import { html } from '../../src/web/pages/html.ts';

test('codes are left out of a sentence, and kept beside it', () => {
  const said =
    'No whole answer came: the connection was cut (ECONNRESET). The other: it was not HTTP ' +
    '(HTTPParserError); the length (UND_ERR_RES_CONTENT_LENGTH_MISMATCH).';
  expect(pageText(said)).toBe(
    'No whole answer came: the connection was cut. The other: it was not HTTP; the length.',
  );
  expect(codesOf(said)).toEqual([
    'ECONNRESET',
    'HTTPParserError',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  ]);
  for (const words of ['It said (status 502).', 'All (or nothing) (Miami)', 'New York (NY)'])
    expect(pageText(words)).toBe(words);
});

test('times in a text get the form of the page, and the text is escaped', () => {
  const now = new Date(2026, 10, 25, 23, 0);
  const at = new Date(2026, 10, 25, 22, 31, 15, 87);
  const told = html`${withTimes(`<b> A list read after ${at.toISOString()} can show it.`, now)}`
    .text;
  expect(told).toContain(
    `${at.toISOString()}" data-form="exact">today 22:31:15</time> can show it.`,
  );
  expect(told).not.toContain('<b>');
});

test('a sentence ends with one full stop', () => {
  expect(withFullStop('lunch')).toBe('lunch.');
  expect(withFullStop('Lunch. ')).toBe('Lunch.');
  expect(withFullStop('It said: "no."')).toBe('It said: "no."');
});

test('an error of a plan names no command on a page or over the API', () => {
  const { advice } = readAreaCode('New York') as { advice: string };
  expect(advice).toContain('"numbering Texas"');
  const left = 'Write 3 or 6 digits, such as 212 or 212-555.';
  expect([pageText(advice), inApiWords(advice, {})]).toEqual([left, left]);
});

const at = new Date('2026-11-28T12:00:00Z');

function card(event: Partial<LedgerEvent> & Pick<LedgerEvent, 'kind' | 'who' | 'why'>): string {
  const whole = { id: 1, at, by: null, planId: 1, orderId: null, accountId: 1, detail: {} };
  const events = [{ ...whole, ...event } as LedgerEvent];
  return eventsCard({ title: 'Events', events, now: at, earlier: null }).text;
}

test.each(['plan_full', 'plan_limited', 'account_limited', 'account_paused'])(
  'the reason of %s is said once',
  (kind) => {
    const said = card({ kind, who: 'breaker', why: 'Three answers were lost' });
    expect(said.split('Three answers were lost')).toHaveLength(2);
  },
);

test('an account that the program paused for a person stands out, without commands', () => {
  const why = 'The ledger has gone back. Then resume with "account main --resume"';
  const said = card({ kind: 'account_paused', who: 'witness', why });
  expect(said).toContain('<li class="flag"');
  expect(said).toContain('The account paused itself. The ledger has gone back.');
  expect(said).toContain('Then press Resume on the page Accounts.');
});

test('only what the sweep found is said to have had no answer in time', () => {
  const doubted = (who: string, orderId: number | null, orders: number) =>
    card({ kind: 'order_unknown', who, why: 'The reason', orderId, detail: { orders } });
  expect(doubted('sweep', 10000001, 1)).toContain(
    'No answer came in time: order 10000001 is unknown. <span',
  );
  expect(doubted('witness', 10000001, 1)).toContain('<span>In doubt: order 10000001. <span');
  expect(doubted('witness', null, 3)).toContain('<span>In doubt: 3 orders. <span');
  expect(doubted('witness', null, 3)).toContain('Reason: “The reason”.');
});

describe('a page names its buttons where a text of the ledger names', () => {
  test.each([
    [
      'reconcile, of a ledger that went back',
      'What they bought is unknown: read the vendor\'s list with "reconcile", settle what is ' +
        'unknown, then resume with "account main --resume"',
      'What they bought is unknown: settle what is unknown, then press Resume on the page Accounts',
    ],
    [
      'account, of plans that were lost',
      'Submit the same files again, unchanged. Then resume with "account main --resume"',
      'Submit the same files again, unchanged. Then press Resume on the page Accounts',
    ],
    [
      'reconcile, of numbers that the ledger does not know',
      'accept what the list shows with "reconcile --accept --by NAME". And the account owns 1 ' +
        'number that the ledger does not know and that fit no order: "strays main" lists them. ' +
        'If they were bought outside this program, say so with "strays main". ',
      'accept what the list shows on the page Unknown. And the account owns 1 number that the ' +
        'ledger does not know and that fit no order: the page of the account lists them. If they ' +
        'were bought outside this program, say so on the page of the account. ',
    ],
    [
      'work, of a ledger that nobody has compared',
      'what it may have lost. Start one ("work"), or wait for the one that runs.',
      'what it may have lost. Start one, or wait for the one that runs.',
    ],
    [
      'reconcile, of numbers that no verdict explains any more',
      'no verdict explains it any more. "reconcile" reads the list again.',
      'no verdict explains it any more. Wait until a worker has read the list again.',
    ],
    [
      'reconcile, of numbers that no list can show',
      'so its numbers cannot be compared: "reconcile" reads one.',
      'so its numbers cannot be compared. Wait until a worker has read one.',
    ],
    [
      'options, of an objection',
      'It asked for local 212. If you know better, say --bought N,N or --nothing with ' +
        '--against-evidence and --why: all are kept.',
      'It asked for local 212. If you know better, settle the order by itself.',
    ],
    [
      'approve and retry, of what waits',
      'Approval 7 waits: "approve 7" or "refuse 7 --why TEXT". Once approved, say "retry 3".',
      'Approval 7 waits: the page Approvals has it. Once approved, retry the plan.',
    ],
    [
      'an option, of an earlier remainder',
      'To buy all of this file anyway, say --again.',
      'To buy all of this file anyway, ask an operator to run bulk-order submit --again.',
    ],
  ])('%s', (_what, text, words) => {
    expect(pageText(text)).toBe(words);
  });
});

/** Texts that no page shows: it has words of its own, or is no place for them. */
const NOT_ON_PAGES = [
  'look at it with "show 7"; to buy everything in it once more, say --again',
  'Look with "audit 7".',
  'too, say --attempt 7',
  'Say why: --why TEXT. It is kept.',
];

const COMMAND =
  /"(?:[a-z]+ [^"]*|work|reconcile|migrate|plans|approvals|unknown|settle)"|(?<= )--[a-z]+/;

test('no text of the ledger names a command on a page', () => {
  const named = ['ledger', 'vouch', 'evidence', 'maintenance', 'worker']
    .flatMap((folder) => globSync(`src/${folder}/**/*.ts`))
    .flatMap((path) => textsIn(readFileSync(resolve(path), 'utf8')))
    .filter((text) => COMMAND.test(text) && !text.includes('\n'))
    .filter((text) => !NOT_ON_PAGES.some((each) => text.includes(each)));
  expect(named.length).toBeGreaterThan(10);
  const left = named
    .map(pageText)
    .filter((text) => COMMAND.test(text.replace(/bulk-order .*/, '')));
  expect(left).toEqual([]);
});

type Node = { type: string; [property: string]: unknown };

/** All texts of a source, with a 7 for each value in them; what is joined by `+` is one text. */
function textsIn(source: string): string[] {
  const found: string[] = [];
  const see = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const text = textOf(value as Node);
    if (text !== undefined) found.push(text);
    else for (const each of Object.values(value)) see(each);
  };
  see(parseAst(source, { lang: 'ts' }));
  return found;
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral')
    return (node.quasis as { value: { cooked: string } }[]).map((q) => q.value.cooked).join('7');
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined;
  const parts = [textOf(node.left as Node), textOf(node.right as Node)];
  return parts.every((part) => part === undefined)
    ? undefined
    : parts.map((p) => p ?? '7').join('');
}
