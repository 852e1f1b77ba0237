import { expect, test } from 'vitest';
import type { Account } from '../../src/ledger/index.ts';
import { reconcile } from '../../src/maintenance/reconcile.ts';
import type { Answered, Bitmap, MarkStore } from '../../src/witness/index.ts';
import { heldUp } from '../ledger/held-up.ts';
import { BY } from '../support/by.ts';
import { step } from '../support/ladder-plan.ts';
import { sql } from '../support/ledger.ts';
import { describeOnALedger, describeOnPostgres } from '../support/ledger-drivers.ts';
import { callWith } from '../support/mark-call.ts';
import { line, linesOf, newPlan, newSha256, type SmallPlan } from '../support/plans.ts';
import { answerTo, newNumbers } from '../support/sending.ts';
import { IN_DOUBT, refusedAs } from './losing.ts';
import { memoryStore, openVouching, withAnswers } from './vouching.ts';

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
    await given.moveOn();
    const submitAgain = async () => {
      const lines = [line({ extra: ['lost'] })];
      const again = { account: plan.account, sha256, lines, started: false };
      return (await newPlan(given.another(), again)).orders[0]!;
    };
    const operations = [submitAgain, async () => Number(await vouch())];
    const [order] = await heldUp(given, 'lock table ledger.lines', operations);
    expect(await given.orderRow(order!)).toMatchObject({ state: 'unknown', attempts: 1 });
    expect(await given.sql(position, [plan.account.id])).toEqual([{ position: -1 }]);
  });
});

describeOnALedger('a plan that the ledger has lost', (given) => {
  const move = () => given.moveOn();
  const begin = async (store: MarkStore | null, copy = 0) => {
    const losing = await given.beginLosing(store, { copy });
    await move();
    return losing;
  };
  const statesOf = (plan: SmallPlan) => given.statesIn(plan);

  test('is in doubt when it is submitted again, though the marks were lost since', async () => {
    const store = memoryStore();
    const { plan, vouch, submitAgain } = await begin(store);
    expect(await vouch()).toBe(true);
    const { pausedReason } = await given.ground(plan);
    expect(pausedReason).toContain('has lost 1 plan that had been sent. Submit the same files');
    store.forget();
    expect(await vouch()).toBe(true);
    const again = await submitAgain();
    expect(await statesOf(again)).toEqual(IN_DOUBT);
    await given.changeAccount(plan.account.name, { resume: true }, { who: 'Ada' });
    expect(await given.claim(again)).toMatchObject([{ id: again.orders[2] }]);
  });

  test('is refused with other quantities, because its orders would be others', async () => {
    const { plan, vouch, submitAgain } = await begin(memoryStore());
    await vouch();
    const refused = refusedAs('a plan of 30 numbers');
    await expect(submitAgain([100, 100, 100])).rejects.toMatchObject(refused);
    await expect(submitAgain([10, 10, 5], true)).rejects.toMatchObject(refused);
    expect(await statesOf(await submitAgain())).toEqual(IN_DOUBT);
    expect((await given.ground(plan)).pausedReason).toContain('same default quantity');
  });

  test('is the copy of its file that it was, also when those before it are lost', async () => {
    const { vouch, submitAgain } = await begin(memoryStore(), 1);
    await vouch();
    expect(await statesOf(await submitAgain())).toEqual(IN_DOUBT);
    await expect(submitAgain()).rejects.toMatchObject({ code: 'duplicate_file' });
  });

  test('is refused when its fallbacks mean other area codes than then', async () => {
    const { plan, vouch, witness, watch } = await given.openVouching({ store: memoryStore() });
    await watch();
    const sha256 = newSha256();
    const meaning = (...codes: string[]) => ({ sha256, steps: codes.map((code) => step(1, code)) });
    const submit = (...codes: string[]) =>
      given.ladderPlan({ ...meaning(...codes), account: plan.account });
    // Another account's plan of the same file has the same name.
    const lost = await given.ladderPlan(meaning('332', '646'));
    await witness.mark([await given.sentOf(lost, 0, 1)], callWith(await witness.ticket()));
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
    const { pausedReason } = await given.ground(plan);
    expect(pausedReason).toContain(`Cancel plan ${id}, of the same file: its orders differ`);
    await expect(submitAgain(undefined, true)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  test('is found by a new ledger that was made in the place of the lost one', async () => {
    const store = memoryStore();
    const { plan, vouch } = await given.openVouching({ store });
    const mark = { planKey: `${newSha256()}:0:10`, order: 1, attempt: 1, nonce: 7, quantity: 10 };
    await store.mark([mark], callWith(''));
    expect(await vouch()).toBe(true);
    expect((await given.ground(plan)).pausedReason).toContain('has lost 1 plan');
    expect(await given.claim(plan)).toEqual([]);
  });

  test('is in doubt by what one worker had sent, and its pause promises no more', async () => {
    const { plan, watch, submitAgain } = await begin(null);
    await watch();
    const { pausedReason } = await given.ground(plan);
    expect(pausedReason).toContain('Only a part of what was sent');
    expect(await statesOf(await submitAgain())).toEqual(IN_DOUBT);
  });

  test('is judged by a list from before it was lost, not by newer ones', async () => {
    const { plan, vouch, submitAgain } = await begin(memoryStore());
    const before = (await given.beginListing(plan.account.id)).newest;
    await vouch();
    await given.readList(plan.account, newNumbers(1));
    await move();
    const { orders } = await submitAgain();
    expect(await given.attemptsOf(orders[0]!)).toMatchObject([{ baseline: before }]);
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
    expect((await given.ground(plan)).pausedReason).toContain('has lost 1 plan');
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
    let older: SmallPlan | undefined;
    const before = async (account: Account) => {
      older = await given.newPlan({ account, lines: linesOf(10) });
      await given.sendOne(older, 'unknown');
    };
    const losing = await given.beginLosing(memoryStore(), { before });
    const { account } = losing.plan;
    await given.moveOn();
    await losing.vouch();
    await given.passTime(account, 600_000);
    const bought = newNumbers(10);
    const place = given.reconcilingBy(losing.plan, () => [...losing.owned, ...bought]);
    expect(await reconcile(place)).toMatchObject({
      proposals: [{ finding: 'open', isClear: false }],
      settled: [],
    });
    const [id] = older!.orders as [number];
    expect((await given.findVerdict(id))?.why).toContain('A plan that the ledger has lost may');
    const settle = given.settleOrder(id, { bought }, BY);
    await expect(settle).rejects.toThrow('A plan that the ledger has lost may have bought');
    const again = await losing.submitAgain();
    await given.passTime(account, 600_000);
    expect((await reconcile(place)).settled).toEqual([]);
    await given.changeAccount(account.name, { resume: true }, BY);
    expect((await given.claim(again)).map((order) => order.id)).toEqual([again.orders[2]]);
    expect(await given.orderRow(id)).toMatchObject({ state: 'unknown' });
  });
});
