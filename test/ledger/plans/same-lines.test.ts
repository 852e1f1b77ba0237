import { expect, test } from 'vitest';
import { type Account, ensureAccount } from '../../../src/ledger/index.ts';
import type { Line } from '../../../src/plan/index.ts';
import { codeOf } from '../../support/ledger.ts';
import { describeOnALedger, describeOnPostgres } from '../../support/ledger-drivers.ts';
import { line, linesOf, newSha256 } from '../../support/plans.ts';
import { heldUp } from '../held-up.ts';

let made = 0;

/** Lines as those of a file, in this sequence. */
const file = (...lines: Line[]): Line[] => lines.map((each, at) => ({ ...each, line: at + 2 }));

describeOnALedger('a live plan whose lines an earlier one has bought, or may', (given) => {
  const liveAccount = (): Promise<Account> =>
    given.ensureAccount({ name: `live ${++made}`, mode: 'live', rate: 4 });
  const submit = (account: Account, lines: Line[], again = false, extraColumns: string[] = []) =>
    given.newPlan({ account, lines, again, sha256: newSha256(), check: { extraColumns } });

  test('is refused when these are most of its lines, in whatever sequence', async () => {
    const account = await liveAccount();
    const [one, two, three] = linesOf(10, 20, 30) as [Line, Line, Line];
    const { id } = await submit(account, [one, two]);
    await expect(submit(account, file(three, two, one))).rejects.toMatchObject({
      code: 'duplicate_file',
      message: expect.stringMatching(
        `^2 of the 3 lines of this file are in plan ${id} too \\(plan.csv, running, 20`,
      ),
      details: { plan: id, shared: 2 },
    });
    await submit(account, file(three, two, one), true);
  });

  test('is stored when they are not most of its lines, or only one', async () => {
    const account = await liveAccount();
    const [one, two, three, four] = linesOf(10, 20, 30, 40) as [Line, Line, Line, Line];
    await submit(account, [one, two]);
    await submit(account, file(one, three));
    await submit(account, file(two));
    await submit(account, file(one, two, line({ quantity: 5 }), four));
  });

  test('is refused when only what happens to lacking numbers differs', async () => {
    const account = await liveAccount();
    const of = (other: Partial<Line>, ...quantities: number[]) =>
      linesOf(...quantities).map((each) => ({ ...each, areaCode: '212555', ...other }));
    await submit(account, of({}, 10, 20));
    for (const other of [{ fallback: 'overlay' }, { keepTrying: '3d' }, { allowOverlay: true }]) {
      const lines = of(other, 10, 20, 30);
      await expect(submit(account, lines)).rejects.toMatchObject({ code: 'duplicate_file' });
    }
  });

  test('is refused while they wait for their next try', async () => {
    const account = await liveAccount();
    const wishes = { steps: [], keepTrying: '3d', quantities: [10, 20], sha256: newSha256() };
    const plan = await given.ladderPlan({ account, ...wishes });
    await given.sellEach(plan, 0, 0);
    await given.goOn(plan);
    const again = submit(account, linesOf(10, 20, 30));
    await expect(again).rejects.toMatchObject({ code: 'duplicate_file' });
  });

  test('is refused however many plans of most lines came between that bought nothing', async () => {
    const account = await liveAccount();
    const of = (...names: number[]) =>
      names.map((name, at) => line({ line: at + 2, quantity: 1, extra: [`${name}`] }));
    await submit(account, of(1, 2, 3, 4, 5, 6));
    for (const own of [11, 12, 13]) {
      const plan = await submit(account, of(5, 6, 7, 8, 9, 10, own));
      if (own === 13) await given.sellEach(plan, ...plan.orders.map(() => 0));
      else await given.steerPlan(plan.id, 'cancel', { who: 'Ada' });
      await given.endPlans(account.id);
    }
    const list = submit(account, of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    await expect(list).rejects.toMatchObject({ code: 'duplicate_file' });
  });

  test('is stored when its own columns differ: they may name a client', async () => {
    const account = await liveAccount();
    const of = (client: string) => linesOf(10, 20).map((each) => ({ ...each, extra: [client] }));
    await submit(account, of('Ann'));
    await submit(account, of('Bob'));
  });

  test('is refused when only days and numbers of purchases differ', async () => {
    const account = await liveAccount();
    const some = [10, 20];
    const of = (...extra: string[]) => linesOf(...some).map((each) => ({ ...each, extra }));
    const { id } = await submit(account, of('4711', 'Ann', '2026-11-29'), false, [
      ...['PO #', 'client', 'Order date'],
    ]);
    some.push(30);
    for (const [extraColumns, ...extra] of [
      [['PO #', 'client', 'Order date'], '4712', 'Ann', '2026-11-30'],
      [['client', 'exported on'], 'Ann', '11/30/2026 08:00'],
      [['client'], 'Ann'],
    ] as [string[], ...string[]][]) {
      await expect(submit(account, of(...extra), false, extraColumns)).rejects.toMatchObject({
        code: 'duplicate_file',
        details: { plan: id, shared: 2 },
      });
    }
    const another = of('4712', 'Bob', '2026-11-29');
    await submit(account, another, false, ['PO #', 'client', 'Order date']);
    await submit(account, of('4712', 'Ann'), false, ['store', 'client']);
  });

  test('says which of its columns do not count', async () => {
    const account = await liveAccount();
    const submitAs = (po: string, ...quantities: number[]) =>
      submit(
        account,
        linesOf(...quantities).map((each) => ({ ...each, extra: [po] })),
        false,
        ['P.O. Number'],
      );
    await submitAs('4711', 10, 20);
    const says = ', whatever its column "P.O. Number" says, ';
    await expect(submitAs('4712', 10, 20)).rejects.toThrow(`has${says}the same lines as plan`);
    await expect(submitAs('4712', 10, 20, 30)).rejects.toThrow(`Z)${says}which has`);
  });

  test('is stored when the earlier one bought nothing for them, and never will', async () => {
    const account = await liveAccount();
    const { id } = await submit(account, linesOf(10, 20));
    await given.steerPlan(id, 'cancel', { who: 'Ada' });
    await submit(account, file(...linesOf(20, 10, 30)));
  });

  test('is stored for a sandbox, and for another account', async () => {
    const [one, two, three] = linesOf(10, 20, 30) as [Line, Line, Line];
    for (const account of [await given.newAccount(), await liveAccount()]) {
      await submit(account, [one, two]);
      const other = account.mode === 'sandbox' ? account : await liveAccount();
      await submit(other, file(three, one, two));
    }
  });

  test('is found by a sample of its lines when it is large', async () => {
    const account = await liveAccount();
    const many = (from: number, lines: number) =>
      Array.from({ length: lines }, (_, at) => line({ quantity: 1, extra: [`${from + at}`] }));
    const { id } = await submit(account, file(...many(0, 3_000)));
    const mostlyNew = file(...many(2_000, 3_000).toReversed());
    await submit(account, mostlyNew);
    await expect(submit(account, file(...many(500, 3_000)))).rejects.toMatchObject({
      message: expect.stringContaining('2,500 of the 3,000 lines'),
      details: { plan: id },
    });
  });
});

describeOnPostgres('two live plans that share most of their lines', (given) => {
  test('see each other also when they are submitted at the same moment', async () => {
    const account = await ensureAccount(given.ledger, { name: 'live', mode: 'live', rate: 4 });
    const submit = (...quantities: number[]) =>
      codeOf(given.newPlan({ account, lines: linesOf(...quantities), again: false }));
    const lock = 'lock table ledger.events in exclusive mode';
    const codes = await heldUp(given, lock, [() => submit(10, 20), () => submit(10, 20, 30)]);
    expect(codes).toEqual(['done', 'duplicate_file']);
  });
});
