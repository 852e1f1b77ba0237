import { expect, test } from 'vitest';
import {
  type Account,
  changeAccount,
  findVerdict,
  newestListing,
  settleOrder,
} from '../../src/ledger/index.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import type { Answered, Bitmap, MarkStore } from '../../src/witness/index.ts';
import { heldUp } from '../ledger/held-up.ts';
import { BY } from '../support/by.ts';
import { ladderPlan, step } from '../support/ladder-plan.ts';
import { attemptsOf, orderRow, passTime, sql } from '../support/ledger.ts';
import { describeOnALedger, describeOnPostgres } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import { line, linesOf, newPlan, newSha256, type SmallPlan } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { answerTo, claim, newNumbers, readList, sendOne } from '../support/sending.ts';
import { beginLosing, IN_DOUBT, refusedAs, statesIn } from './losing.ts';
import { ground, memoryStore, moveOn, openVouching, sentOf, withAnswers } from './vouching.ts';

describeOnPostgres('a plan that is submitted again while it is found to be lost', (given) => {
  test('is in doubt, and the journal is read again for answers', async () => {
    const other = given.another();
    const { plan, vouch, witness } = await openVouching(other, { store: memoryStore() });
    const position = 'select journal_position as position from ledger.accounts where id = $1';
    await sql(other, 'update ledger.accounts set journal_position = 5 where id = $1', [
      plan.account.id,
    ]);
    const sha256 = newSha256();
    const mark = { planKey: `${sha256}:0:10`, order: 1, attempt: 1, nonce: 7, quantity: 10 };
    await witness.mark([mark], callWith(await witness.ticket()));
    await moveOn(given.ledger);
    const submitAgain = async () => {
      const lines = [line({ extra: ['lost'] })];
      const again = { account: plan.account, sha256, lines, started: false };
      return (await newPlan(given.another(), again)).orders[0]!;
    };
    const operations = [submitAgain, async () => Number(await vouch())];
    const [order] = await heldUp(given, 'lock table ledger.lines', operations);
    expect(await orderRow(given.ledger, order!)).toMatchObject({ state: 'unknown', attempts: 1 });
    expect(await sql(given.ledger, position, [plan.account.id])).toEqual([{ position: -1 }]);
  });
});

describeOnALedger('a plan that the ledger has lost', (given) => {
  const move = () => moveOn(given.ledger);
  const begin = async (store: MarkStore | null, copy = 0) => {
    const losing = await beginLosing(given.ledger, store, { copy });
    await move();
    return losing;
  };
  const statesOf = (plan: SmallPlan) => statesIn(given.ledger, plan);

  test('is in doubt when it is submitted again, though the marks were lost since', async () => {
    const store = memoryStore();
    const { plan, vouch, submitAgain } = await begin(store);
    expect(await vouch()).toBe(true);
    const { pausedReason } = await ground(given.ledger, plan);
    expect(pausedReason).toContain('has lost 1 plan that had been sent. Submit the same files');
    store.forget();
    expect(await vouch()).toBe(true);
    const again = await submitAgain();
    expect(await statesOf(again)).toEqual(IN_DOUBT);
    await changeAccount(given.ledger, plan.account.name, { resume: true }, { who: 'Ada' });
    expect(await claim(given.ledger, again)).toMatchObject([{ id: again.orders[2] }]);
  });

  test('is refused with other quantities, because its orders would be others', async () => {
    const { plan, vouch, submitAgain } = await begin(memoryStore());
    await vouch();
    const refused = refusedAs('a plan of 30 numbers');
    await expect(submitAgain([100, 100, 100])).rejects.toMatchObject(refused);
    await expect(submitAgain([10, 10, 5], true)).rejects.toMatchObject(refused);
    expect(await statesOf(await submitAgain())).toEqual(IN_DOUBT);
    expect((await ground(given.ledger, plan)).pausedReason).toContain('same default quantity');
  });

  test('is the copy of its file that it was, also when those before it are lost', async () => {
    const { vouch, submitAgain } = await begin(memoryStore(), 1);
    await vouch();
    expect(await statesOf(await submitAgain())).toEqual(IN_DOUBT);
    await expect(submitAgain()).rejects.toMatchObject({ code: 'duplicate_file' });
  });

  test('is refused when its fallbacks mean other area codes than then', async () => {
    const { ledger } = given;
    const { plan, vouch, witness, watch } = await openVouching(ledger, { store: memoryStore() });
    await watch();
    const sha256 = newSha256();
    const meaning = (...codes: string[]) => ({ sha256, steps: codes.map((code) => step(1, code)) });
    const submit = (...codes: string[]) =>
      ladderPlan(ledger, { ...meaning(...codes), account: plan.account });
    // Another account's plan of the same file has the same name.
    const lost = await ladderPlan(ledger, meaning('332', '646'));
    await witness.mark([await sentOf(ledger, lost, 0, 1)], callWith(await witness.ticket()));
    await move();
    await vouch();
    const refused = refusedAs('numbering plan');
    await expect(submit('646', '332')).rejects.toMatchObject(refused);
    await expect(submit('332', '646', '929')).rejects.toMatchObject(refused);
    expect(await statesOf(await submit('332', '646'))).toEqual([['unknown', 1]]);
  });

  test('is not submitted beside a plan of its file with other quantities', async () => {
    const { plan, vouch, submitAgain } = await begin(memoryStore());
    const { id } = await submitAgain([100, 100, 100]);
    await vouch();
    const { pausedReason } = await ground(given.ledger, plan);
    expect(pausedReason).toContain(`Cancel plan ${id}, of the same file: its orders differ`);
    await expect(submitAgain(undefined, true)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('is found by a new ledger that was made in the place of the lost one', async () => {
    const { ledger } = given;
    const store = memoryStore();
    const { plan, vouch } = await openVouching(ledger, { store });
    const mark = { planKey: `${newSha256()}:0:10`, order: 1, attempt: 1, nonce: 7, quantity: 10 };
    await store.mark([mark], callWith(''));
    expect(await vouch()).toBe(true);
    expect((await ground(ledger, plan)).pausedReason).toContain('has lost 1 plan');
    expect(await claim(ledger, plan)).toEqual([]);
  });

  test('is in doubt by what one worker had sent, and its pause promises no more', async () => {
    const { plan, watch, submitAgain } = await begin(null);
    await watch();
    const { pausedReason } = await ground(given.ledger, plan);
    expect(pausedReason).toContain('Only a part of what was sent');
    expect(await statesOf(await submitAgain())).toEqual(IN_DOUBT);
  });

  test('is judged by a list from before it was lost, not by newer ones', async () => {
    const { ledger } = given;
    const { plan, vouch, submitAgain } = await begin(memoryStore());
    const before = await newestListing(ledger, plan.account.id);
    await vouch();
    await readList(ledger, plan.account, newNumbers(1));
    await move();
    const { orders } = await submitAgain();
    expect(await attemptsOf(ledger, orders[0]!)).toMatchObject([{ baseline: before }]);
  });

  test('is taught to a witness that was emptied', async () => {
    const store = memoryStore();
    const { vouch, marked } = await begin(store);
    await vouch();
    const learnt: Pick<Bitmap, 'planKey' | 'attempt'>[] = [];
    store.learn = async (bitmaps) => {
      for await (const { planKey, attempt } of bitmaps) learnt.push({ planKey, attempt });
      return 'memory';
    };
    store.forget();
    expect(await vouch()).toBe(true);
    const { planKey } = marked(1, 1);
    expect(learnt).toEqual([1, 2].map((attempt) => ({ planKey, attempt })));
  });

  test('pauses the account in the transaction that keeps its marks', async () => {
    const { ledger } = given;
    const { plan, vouch } = await begin(memoryStore());
    await ledger.script(
      `alter table ledger.accounts add constraint no_pause
         check (paused_reason is null or id <> ${plan.account.id})`,
    );
    await expect(vouch()).rejects.toThrow('no_pause');
    await ledger.script('alter table ledger.accounts drop constraint no_pause');
    expect(await vouch()).toBe(true);
    expect((await ground(ledger, plan)).pausedReason).toContain('has lost 1 plan');
  });

  test('gets any answer that was kept, when it is there again', async () => {
    const answers: Answered[] = [];
    const { vouch, submitAgain, marked } = await begin(withAnswers(memoryStore(), answers));
    await vouch();
    const again = await submitAgain();
    const mark = marked(1, 1);
    const order = { id: again.orders[0]!, ...mark } as never;
    const record = answerTo(order, 'refused');
    answers.push({ ...mark, record });
    await move();
    expect(await vouch()).toBe(true);
    expect(await statesOf(again)).toEqual([['refused', 1], ...IN_DOUBT.slice(1)]);
  });

  test('may have numbers that no other order is given, and buys them once', async () => {
    const { ledger } = given;
    let older: SmallPlan | undefined;
    const before = async (account: Account) => {
      older = await newPlan(ledger, { account, lines: linesOf(10) });
      await sendOne(ledger, older, 'unknown');
    };
    const losing = await beginLosing(ledger, memoryStore(), { before });
    const { account } = losing.plan;
    await moveOn(ledger);
    await losing.vouch();
    await passTime(ledger, account, 600_000);
    const bought = newNumbers(10);
    const place = reconcilingBy(ledger, losing.plan, () => [...losing.owned, ...bought]);
    expect(await reconcile(place)).toMatchObject({
      proposals: [{ finding: 'open', isClear: false }],
      settled: [],
    });
    const [id] = older!.orders as [number];
    expect((await findVerdict(ledger, id))?.why).toContain('A plan that the ledger has lost may');
    const settle = settleOrder(ledger, id, { bought }, BY);
    await expect(settle).rejects.toThrow('A plan that the ledger has lost may have bought');
    const again = await losing.submitAgain();
    await passTime(ledger, account, 600_000);
    expect((await reconcile(place)).settled).toEqual([]);
    await changeAccount(ledger, account.name, { resume: true }, BY);
    expect((await claim(ledger, again)).map((order) => order.id)).toEqual([again.orders[2]]);
    expect(await orderRow(ledger, id)).toMatchObject({ state: 'unknown' });
  });
});
