/** The keys of a running worker are replaced by those of another account of the vendor's. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  ensureAccount,
  findAccount,
  findPlan,
  recordAnswers,
  takeVendorAccount,
} from '../../src/ledger/index.ts';
import { takeListing } from '../../src/maintenance/index.ts';
import { guardVendorAccount } from '../../src/worker/vendor-guard.ts';
import { startCli } from '../support/cli.ts';
import { httpHere, sendOn } from '../support/http-here.ts';
import { passTime } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { writePlan } from '../support/plan-on-disk.ts';
import { linesOf, newPlan, type SmallPlan } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { runHere } from '../support/run-here.ts';
import { answerTo, claimOne, newNumbers } from '../support/sending.ts';
import {
  describeInModes,
  environmentOf,
  openLedger,
  POSTGRES_AND_REDIS,
} from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { sandboxOf } from '../support/workplace.ts';

/** Two accounts of the vendor's at one address: the access key decides. */
async function vendorOfTwo(owned: string[]) {
  const right = await sandboxOf({ owned, latencyMs: 20 });
  const wrong = await sandboxOf({ latencyMs: 20 });
  const { url } = await httpHere((incoming, outgoing) => {
    const vendor = incoming.url!.includes('right-access') ? right : wrong;
    sendOn(vendor.url, incoming).on('response', (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
  });
  return { right, wrong, url };
}

describeInModes([POSTGRES_AND_REDIS], 'mistaken keys', ({ makeStorage }) => {
  test.each([
    ['not even for the orders that wait for their moment', newNumbers(50)],
    ['not even while all that was bought is too new to be on a list', []],
  ])('buy nothing, %s', async (_, owned) => {
    const storage = await makeStorage();
    const { right, wrong, url } = await vendorOfTwo(owned);
    const path = join(temporaryFolder(), 'accounts.json');
    const write = (key: string) => {
      const keys = { accessKey: `${key}-access`, secretAccessKey: `${key}-secret` };
      writeFileSync(path, JSON.stringify([{ name: 'east', mode: 'live', rate: 10, ...keys }]));
    };
    write('right');
    const env = {
      ...environmentOf(storage),
      ...{ ACCOUNTS_FILE: path, DIALOGTECH_URL: url, RECONCILE_AFTER: '2' },
    };
    const ledger = await openLedger(storage);
    const worker = startCli(['work'], { env });
    await worker.waitFor(/worker started/);
    const plan = writePlan('area_code,quantity\n212,2500\n');
    const { stdout } = await runHere(['submit', plan, '--start', '--yes', '--json'], { env });
    await until(() => right.books().sold >= 250, { what: 'ten orders are bought' });

    write('wrong');
    const paused = await until(async () => (await findAccount(ledger, 'east')).pausedReason, {
      what: 'the keys are found to be mistaken',
    });
    expect(paused).toContain("another account of the vendor's");
    worker.kill();
    expect((await worker.exited).code).toBe(0);
    expect(wrong.books().sold).toBe(0);
    const { bought, pending, unknown } = await findPlan(ledger, JSON.parse(stdout).id);
    expect([bought, pending + bought, unknown]).toEqual([right.books().sold, 2500, 0]);
  });
});

const [RIGHT, OTHER, ROTATED] = [11, 22, 33];

describeOnALedger('keys of a vendor account', (given) => {
  /** Lists of the right account were read before, and the keys have changed since. */
  async function begin(plan?: SmallPlan) {
    const { ledger } = given;
    const owned = newNumbers(5);
    const vendor = { key: RIGHT, list: async () => owned };
    const evidence = reconcilingBy(ledger, plan ?? (await newPlan(ledger)), () => vendor.list(), {
      onOtherAccount: async () => guard.withdraw(),
    });
    evidence.vendor.account = () => vendor.key;
    const guard = guardVendorAccount(evidence);
    await takeListing(evidence);
    vendor.key = OTHER;
    return { vendor, guard, evidence, owned };
  }

  test('that a list refused are approved by a list only, also in a new worker', async () => {
    const { vendor, guard, evidence, owned } = await begin();
    const why: string[] = [];
    evidence.onOtherAccount = async (said) => {
      why.push(said);
      guard.withdraw();
    };
    vendor.list = async () => newNumbers(20);
    expect(await guard.approve()).toBe(false);
    vendor.list = () => Promise.reject(new Error('no list'));
    // Nothing is paused: a person has resumed.
    expect(await guard.approve()).toBe(false);
    expect(await guardVendorAccount(evidence).approve()).toBe(false);
    expect(why).toMatchObject([
      expect.stringContaining("it is that of another account of the vendor's"),
      expect.stringContaining('no list could be read since'),
      expect.stringContaining('no list could be read since'),
    ]);
    vendor.list = async () => owned;
    expect(await guard.approve()).toBe(true);
    vendor.list = () => Promise.reject(new Error('no list'));
    expect(await guardVendorAccount(evidence).approve()).toBe(true);
  });

  test('that a list refused are free for the account that they belong to', async () => {
    const { ledger } = given;
    const live = { mode: 'live', rate: 4 } as const;
    const account = await ensureAccount(ledger, { name: 'east', ...live });
    const { vendor, guard } = await begin(await newPlan(ledger, { account }));
    const owner = await ensureAccount(ledger, { name: 'west', ...live });
    vendor.list = () => Promise.reject(new Error('no list'));
    expect(await guard.approve()).toBe(true);
    const takes = takeVendorAccount(ledger, owner, OTHER);
    await expect(takes).rejects.toMatchObject({ code: 'bad_config' });

    guard.withdraw();
    vendor.list = async () => newNumbers(20);
    expect(await guard.approve()).toBe(false);
    await takeVendorAccount(ledger, owner, OTHER);
  });

  test('are approved while no list can be read, when others were refused', async () => {
    const { vendor, guard } = await begin();
    vendor.list = async () => newNumbers(20);
    expect(await guard.approve()).toBe(false);
    vendor.list = () => Promise.reject(new Error('no list'));
    vendor.key = ROTATED;
    expect(await guard.approve()).toBe(true);
  });

  test('are not approved when they change while the list is read', async () => {
    const { vendor, guard, owned } = await begin();
    vendor.list = async () => {
      vendor.key = RIGHT;
      return owned;
    };
    expect(await guard.approve()).toBe(false);
    vendor.key = OTHER;
    expect(guard.isApproved()).toBe(false);
    vendor.list = async () => owned;
    expect(await guard.approve()).toBe(true);
    expect(guard.approvedAccount()).toBe(OTHER);
  });

  test('are no longer approved when a later list shows another account', async () => {
    const { vendor, guard, evidence } = await begin();
    vendor.list = () => Promise.reject(new Error('no list'));
    expect(await guard.approve()).toBe(true);
    vendor.list = async () => newNumbers(20);
    await expect(takeListing(evidence)).rejects.toMatchObject({ code: 'bad_config' });
    expect(guard.isApproved()).toBe(false);
    expect(await guard.approve()).toBe(false);
  });
});

describeOnALedger('keys of an account that has bought, and whose lists had no number', (given) => {
  const LAG_MS = 60_000;

  /** Fifty numbers are bought. `hasList`: a list was read before, and had none. */
  async function begin({ hasList = true } = {}) {
    const { ledger } = given;
    const plan = await newPlan(ledger, { lines: linesOf(25, 25) });
    const lists = new Map([
      [RIGHT, [] as string[]],
      [OTHER, newNumbers(3)],
    ]);
    const vendor = { key: RIGHT };
    const evidence = reconcilingBy(ledger, plan, () => lists.get(vendor.key)!, {
      listLagMs: LAG_MS,
    });
    evidence.vendor.account = () => vendor.key;
    const guard = guardVendorAccount(evidence);
    if (hasList) await takeListing(evidence);
    expect(await guard.approve()).toBe(true);
    for (const id of plan.orders) {
      const order = await claimOne(ledger, plan, id, { vendorAccount: vendor.key });
      const answer = answerTo(order, 'filled');
      await recordAnswers(ledger, plan.account.id, [answer]);
      lists.get(RIGHT)!.push(...answer.numbers);
    }
    const sold = lists.get(RIGHT)!;
    return {
      vendor,
      guard,
      evidence,
      sold,
      later: () => passTime(ledger, plan.account, LAG_MS + 1),
    };
  }

  test.each([
    ['', true],
    [', also where no list was read before', false],
  ])('wait until a list can show what was bought%s', async (_, hasList) => {
    const { vendor, guard, evidence, later } = await begin({ hasList });
    vendor.key = OTHER;
    expect(await guard.approve()).toBe(false);
    await expect(takeListing(evidence)).rejects.toMatchObject({ code: 'wrong_state' });
    await later();
    expect(await guard.approve()).toBe(false);
    await expect(takeListing(evidence)).rejects.toMatchObject({ code: 'bad_config' });
    // No list of the other account was kept.
    vendor.key = RIGHT;
    expect(await guard.approve()).toBe(true);
  });

  test('are approved when they are other keys of the same account', async () => {
    const { vendor, guard, evidence, later, sold } = await begin();
    evidence.vendor.ownedNumbers = async () => sold;
    vendor.key = OTHER;
    // A list may already have what need not be on it yet.
    await takeListing(evidence);
    expect(await guard.approve()).toBe(true);
    await later();
    await takeListing(evidence);
    expect(guard.isApproved()).toBe(true);
  });
});
