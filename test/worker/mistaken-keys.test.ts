/** The keys of a running worker are replaced by those of another account of the vendor's. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findAccount, findPlan } from '../../src/ledger/index.ts';
import { takeListing } from '../../src/maintenance/index.ts';
import { guardVendorAccount } from '../../src/worker/vendor-guard.ts';
import { startCli } from '../support/cli.ts';
import { httpHere, sendOn } from '../support/http-here.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { writePlan } from '../support/plan-on-disk.ts';
import { newPlan } from '../support/plans.ts';
import { reconcilingBy } from '../support/reconciling.ts';
import { runHere } from '../support/run-here.ts';
import { newNumbers } from '../support/sending.ts';
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
async function vendorOfTwo() {
  const right = await sandboxOf({ owned: newNumbers(50), latencyMs: 20 });
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
  test('buy nothing, not even for the orders that wait for their moment', async () => {
    const storage = await makeStorage();
    const { right, wrong, url } = await vendorOfTwo();
    const path = join(temporaryFolder(), 'accounts.json');
    const write = (key: string) => {
      const keys = { accessKey: `${key}-access`, secretAccessKey: `${key}-secret` };
      writeFileSync(path, JSON.stringify([{ name: 'east', mode: 'live', rate: 10, ...keys }]));
    };
    write('right');
    const env = { ...environmentOf(storage), ACCOUNTS_FILE: path, DIALOGTECH_URL: url };
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

const [RIGHT, OTHER] = [11, 22];

describeOnALedger('keys of a vendor account', (given) => {
  /** Lists of the right account were read before, and the keys have changed since. */
  async function begin() {
    const { ledger } = given;
    const owned = newNumbers(5);
    const vendor = { key: RIGHT, list: async () => owned };
    const evidence = reconcilingBy(ledger, await newPlan(ledger), () => vendor.list(), {
      onOtherAccount: async () => guard.withdraw(),
    });
    evidence.vendor.account = () => vendor.key;
    const guard = guardVendorAccount(evidence);
    await takeListing(evidence);
    vendor.key = OTHER;
    return { vendor, guard, evidence, owned };
  }

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
    expect(guard.approved()).toBe(OTHER);
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
