/** A worker runs while somebody edits the `.env` file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeAccount, findAccount, findPlan } from '../../src/ledger/index.ts';
import { startCli } from '../support/cli.ts';
import { httpHere, sendOn } from '../support/http-here.ts';
import { describeInModes, environmentOf, openLedger, POSTGRES } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sandboxOf, startCsv, untilEnded } from '../support/workplace.ts';

const keysOf = (key: string) =>
  `DIALOGTECH_ACCESS_KEY=${key}-access\nDIALOGTECH_SECRET_ACCESS_KEY=${key}-secret\n`;
const at = (url: string) => `DIALOGTECH_URL=${url}\n`;

/** A vendor that takes any keys, and the access keys that have reached it. */
async function vendorOf() {
  const sandbox = await sandboxOf();
  const seen = new Set<string>();
  const { url } = await httpHere((incoming, outgoing) => {
    seen.add(new URL(incoming.url!, 'http://x').searchParams.get('access_key')!);
    sendOn(sandbox.url, incoming).on('response', (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
  });
  return { url, seen, sold: () => sandbox.books().sold };
}

describeInModes([POSTGRES], 'a worker whose .env file', ({ makeStorage }) => {
  async function begin(text: string, name = 'main') {
    const storage = await makeStorage();
    const cwd = temporaryFolder();
    const write = (text: string) => writeFileSync(join(cwd, '.env'), text);
    write(text);
    const worker = startCli(['work'], {
      env: { ...environmentOf(storage), LOG_LEVEL: 'info' },
      cwd,
    });
    const ledger = await openLedger(storage);
    await worker.waitFor('worker started');
    const account = () => findAccount(ledger, name);
    const start = async (csv: string) => startCsv({ ledger, account: await account() }, csv);
    return { worker, ledger, write, account, start };
  }

  const PLAN = 'area_code,quantity\n212,20\n';

  test('names another address, then new keys, sends no key to the old address', async () => {
    const [one, other] = [await vendorOf(), await vendorOf()];
    const rest = 'RATE=50\nRECONCILE=off\n';
    const { worker, ledger, write, start } = await begin(at(one.url) + keysOf('old') + rest);
    await untilEnded(ledger, await start(PLAN));
    write(at(other.url) + keysOf('old') + rest);
    await worker.waitFor(/"settings":\["url"\]/);
    await untilEnded(ledger, await start(PLAN));
    write(at(other.url) + keysOf('new') + rest);
    await worker.waitFor('the keys have changed');
    await untilEnded(ledger, await start(PLAN));
    expect([one.sold(), other.sold()]).toEqual([20, 40]);
    expect([[...one.seen], [...other.seen]]).toEqual([
      ['old-access'],
      ['old-access', 'new-access'],
    ]);
  });

  test('gives the sandbox an address buys nothing until it is taken back', async () => {
    const vendor = await vendorOf();
    const { worker, ledger, write, account, start } = await begin('RATE=50\n', 'sandbox');
    write(`RATE=50\n${at(vendor.url)}`);
    await worker.waitFor('until this process is restarted, or the change is taken back');
    const id = await start(PLAN);
    write(`RATE=20\nREQUEST_TIMEOUT=9\n${at(vendor.url)}`);
    await worker.waitFor('is needed to use the new REQUEST_TIMEOUT');
    expect(await findPlan(ledger, id)).toMatchObject({ pending: 20, bought: 0 });
    // What is not followed as a whole is not followed in part.
    expect((await account()).rate).toBe(50);
    write('RATE=50\n');
    expect(await untilEnded(ledger, id)).toMatchObject({ bought: 20 });
    expect(vendor.seen.size).toBe(0);
  });

  test('turns from a file of accounts to keys takes no limit away', async () => {
    const { url } = await vendorOf();
    const keys = { accessKey: 'old-access', secretAccessKey: 'old-secret' };
    const limits = { dailyNumbers: 50, approval: { aboveNumbers: 500 } };
    const file = JSON.stringify([{ name: 'main', mode: 'live', rate: 50, ...keys, ...limits }]);
    const path = join(temporaryFolder(), 'accounts.json');
    writeFileSync(path, file);
    const { worker, write, account } = await begin(`ACCOUNTS_FILE=${path}\n${at(url)}`);
    const before = await account();
    expect(before).toMatchObject({ limits: [{ numbers: 50 }], approval: { aboveNumbers: 500 } });
    write(at(url) + keysOf('old'));
    await worker.waitFor('settings were removed from the configuration');
    const { limits: kept, approval, rate } = await account();
    expect({ limits: kept, approval, rate }).toEqual({
      ...{ limits: before.limits, approval: before.approval, rate: 50 },
    });
  });

  test('gets new keys leaves the pace that a person has set', async () => {
    const { url } = await vendorOf();
    const { worker, ledger, write, account } = await begin(`RATE=20\n${at(url)}${keysOf('old')}`);
    await changeAccount(ledger, 'main', { rate: 1 }, { who: 'Ada' });
    write(`RATE=20\n${at(url)}${keysOf('new')}`);
    await worker.waitFor('the keys have changed');
    expect((await account()).rate).toBe(1);
    write(`RATE=10\n${at(url)}${keysOf('new')}`);
    await worker.waitFor(/"settings":\["rate"\]/);
    expect((await account()).rate).toBe(10);
  });
});
