import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../src/ledger/index.ts';
import { eventsCard } from '../../src/web/pages/components/events.ts';

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
