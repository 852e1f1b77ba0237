import { describe, expect, test } from 'vitest';
import { approveSettling } from '../../../src/ledger/approvals/settling.ts';
import { type Account, steerPlan } from '../../../src/ledger/index.ts';
import { codeOf } from '../../support/ledger.ts';
import { describeOnPostgres } from '../../support/ledger-drivers.ts';
import { linesOf } from '../../support/plans.ts';
import { PRICES_FILE, pricesOf } from '../../support/prices.ts';
import { peopleOn, THRESHOLD } from '../approvals/careful.ts';
import { untilWaiting } from '../held-up.ts';
import { BY } from './limited.ts';

const DEAR = pricesOf({ ...PRICES_FILE, types: { local: { once: '9', monthly: '9' } } });
const HIGH = { ...THRESHOLD, aboveNumbers: 1000 };

describeOnPostgres('what waits for its plan', (given) => {
  const { answered } = peopleOn(given);
  /** One plan may cost 50.00, and 25 numbers cost 37.50. */
  const limited = async (hasThreshold: boolean): Promise<Account> => {
    const { name } = await given.newAccount();
    await given.setPrices(name, pricesOf(), BY);
    if (hasThreshold) await given.setThreshold(name, HIGH, BY);
    const limit = { person: null, period: 'plan' as const, numbers: null, money: '50.00' };
    return given.changeAccount(name, { limits: [limit] }, BY);
  };
  const readyPlan = async (account: Account) =>
    given.newPlan({ account, lines: linesOf(25), started: false });
  const change = async ({ name }: Account, what: 'prices' | 'threshold') =>
    what === 'prices' ? given.setPrices(name, DEAR, BY) : given.setThreshold(name, THRESHOLD, BY);

  /** Does it while the plan is locked, and makes the change before it goes on. */
  const beside = async (id: number, deed: () => Promise<unknown>, change: () => Promise<unknown>) =>
    given.another().transaction(async (tx) => {
      await tx.query('select from ledger.plans where id = $1 for update', [id]);
      const done = codeOf(deed());
      await untilWaiting(given.ledger, 1);
      await change();
      return { done };
    });

  describe.each([true, false])('with a threshold (%s)', (hasThreshold) => {
    test('is a start, which counts the prices that hold when it goes on', async () => {
      const account = await limited(hasThreshold);
      const { id } = await readyPlan(account);
      const start = () => given.steerPlan(id, 'start', { who: 'Ada' });
      const { done } = await beside(id, start, () => change(account, 'prices'));
      expect(await done).toBe('over_limit');
    });

    test('starts at no other prices than those that the limit was compared with', async () => {
      const account = await limited(hasThreshold);
      const { id } = await readyPlan(account);
      const late = given.withBefore('/* steer_plan */', () => change(account, 'prices'));
      expect(await codeOf(steerPlan(late, id, 'start', { who: 'Ada' }))).toBe('wrong_state');
      expect(await given.findPlan(id)).toMatchObject({ state: 'ready' });
      const again = given.steerPlan(id, 'start', { who: 'Ada' });
      expect(await codeOf(again)).toBe('over_limit');
    });
  });

  test('is a start, which keeps a threshold that was set meanwhile', async () => {
    const account = await given.newAccount();
    const { id } = await readyPlan(account);
    const start = () => given.steerPlan(id, 'start', { who: 'bob' });
    const { done } = await beside(id, start, () => change(account, 'threshold'));
    expect(await done).toBe('needs_approval');
  });

  test('is settling, which keeps a threshold that was lowered meanwhile', async () => {
    const { id, account, orders } = await answered(3, 'unknown');
    await given.setThreshold(account.name, HIGH, BY);
    let passed: unknown;
    const settle = async () => {
      passed = await approveSettling(given.ledger, orders, { who: 'bob' });
    };
    const { done } = await beside(id, settle, () => change(account, 'threshold'));
    await done;
    expect(passed).toMatchObject({ passed: new Map(), waiting: { size: 3 } });
  });
});
