import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/index.ts';
import { RESULT_NAMES, writeResults } from '../../src/report/index.ts';
import { labelOf } from '../support/ledger.ts';
import { describeOnALedger } from '../support/ledger-drivers.ts';
import { line, type SmallPlan } from '../support/plans.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { filled, refused, short, unknown } from './reported-plan.ts';

const EARLIER = 'what an earlier writing left';

/** A ledger that fails at the statement of this label. */
function failingAt(ledger: Ledger, statement: string): Ledger {
  return {
    ...ledger,
    query: (text, values) => {
      if (labelOf(text) === statement) return Promise.reject(new Error('the database went away'));
      return ledger.query(text, values);
    },
  };
}

describeOnALedger('the results of a plan', (given) => {
  let plan: SmallPlan;
  beforeAll(async () => {
    plan = await given.planWith([line({ quantity: 80, extra: ['x'] })], ['note']);
    await given.decide(plan, [filled, refused, unknown, short]);
    await given.changeAccount(plan.account.name, { resume: true }, { who: 'Ada' });
  });

  test('are six files in a folder that is made for them, and the same as streams', async () => {
    const folder = join(temporaryFolder(), 'new', 'folder');
    await writeResults(given.ledger, plan.id, folder);
    expect((await readdir(folder)).sort()).toEqual([...RESULT_NAMES].sort());
    for (const name of RESULT_NAMES) {
      const written = await readFile(join(folder, name), 'utf8');
      expect(written).toBe(await given.textOf(plan, name));
    }
  });

  test('have a summary, which tells each file by its rows, bytes and hash', async () => {
    const folder = temporaryFolder();
    const summary = await writeResults(given.ledger, plan.id, folder);
    const document = await given.findPlan(plan.id);
    const facts = async (name: string, rows: number) => {
      const bytes = await readFile(join(folder, name));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { rows, bytes: bytes.length, sha256 };
    };
    expect(summary).toEqual({
      plan: plan.id,
      id: plan.id,
      name: 'plan.csv',
      state: 'running',
      reason: null,
      account: plan.account.name,
      mode: 'sandbox',
      pace: null,
      rate: 4,
      sha256: document.sha256,
      submittedBy: 'Ada',
      times: {
        submitted: document.submittedAt.toISOString(),
        started: document.startedAt?.toISOString(),
        ended: null,
      },
      revision: 0,
      standing: null,
      totals: {
        lines: 1,
        orders: 4,
        successors: 0,
        requested: 80,
        bought: 26,
        exact: 26,
        substituted: 0,
        outside: 0,
        short: 4,
        refused: 25,
        undelivered: 0,
        unknown: 25,
        cancelled: 0,
        pending: 0,
        surplus: 0,
      },
      cost: null,
      files: {
        'numbers.csv': await facts('numbers.csv', 26),
        'lines.csv': await facts('lines.csv', 1),
        'remainder.csv': await facts('remainder.csv', 1),
        'unknown.csv': await facts('unknown.csv', 1),
        'surplus.csv': await facts('surplus.csv', 0),
      },
    });
    expect(JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'))).toEqual(summary);
  });

  test('replace earlier ones, and leave other files alone', async () => {
    const folder = temporaryFolder();
    for (const name of [...RESULT_NAMES, 'mine.txt']) await writeFile(join(folder, name), EARLIER);
    await writeResults(given.ledger, plan.id, folder);
    expect((await readdir(folder)).sort()).toEqual([...RESULT_NAMES, 'mine.txt'].sort());
    expect(await readFile(join(folder, 'mine.txt'), 'utf8')).toBe(EARLIER);
    for (const name of RESULT_NAMES) {
      expect(await readFile(join(folder, name), 'utf8')).not.toBe(EARLIER);
    }
  });

  test.each(['result_numbers', 'result_lines', 'result_line_sums', 'unknown_orders'])(
    'stay as they were when the database goes away at %s',
    async (statement) => {
      const folder = temporaryFolder();
      for (const name of RESULT_NAMES) await writeFile(join(folder, name), EARLIER);
      const writing = writeResults(failingAt(given.ledger, statement), plan.id, folder);
      await expect(writing).rejects.toThrow('the database went away');
      expect((await readdir(folder)).sort()).toEqual([...RESULT_NAMES].sort());
      for (const name of RESULT_NAMES) {
        expect(await readFile(join(folder, name), 'utf8')).toBe(EARLIER);
      }
    },
  );

  test('are not half there while they are written', async () => {
    const folder = temporaryFolder();
    const seen: string[] = [];
    const ledger: Ledger = {
      ...given.ledger,
      query: async (...statement) => {
        seen.push(...(await readdir(folder)).filter((name) => !name.startsWith('.')));
        return given.ledger.query(...statement);
      },
    };
    await writeResults(ledger, plan.id, folder);
    expect(seen).toEqual([]);
  });

  test('are whole when two are written into one folder at once', async () => {
    const folder = temporaryFolder();
    const writing = () => writeResults(given.ledger, plan.id, folder);
    const [one, other] = await Promise.all([writing(), writing()]);
    expect(one).toEqual(other);
    expect((await readdir(folder)).sort()).toEqual([...RESULT_NAMES].sort());
    expect(JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'))).toEqual(one);
  });

  test('cannot be written where a file is in the way', async () => {
    const file = join(temporaryFolder(), 'file');
    await writeFile(file, '');
    for (const [folder, why] of [
      [file, '(EEXIST): it is a file and not a folder. Name another folder'],
      [join(file, 'below'), '(ENOTDIR): a part of its path is a file and not a folder. Name'],
    ] as const) {
      await expect(writeResults(given.ledger, plan.id, folder)).rejects.toMatchObject({
        code: 'bad_config',
        message: expect.stringContaining(`The results cannot be written to ${folder} ${why}`),
      });
    }
  });

  test('cannot be written where a folder is in the way, which leaves nothing behind', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'numbers.csv'));
    const writing = writeResults(given.ledger, plan.id, folder);
    await expect(writing).rejects.toMatchObject({ code: 'bad_config' });
    expect(await readdir(folder)).toEqual(['numbers.csv']);
  });

  test.skipIf(process.getuid?.() === 0)('cannot be written without the right to', async () => {
    const folder = temporaryFolder();
    await chmod(folder, 0o500);
    const writing = writeResults(given.ledger, plan.id, folder);
    await expect(writing).rejects.toMatchObject({ code: 'bad_config' });
  });

  test('of a plan that is not there are not written', async () => {
    const parent = temporaryFolder();
    const writing = writeResults(given.ledger, 999, join(parent, 'results'));
    await expect(writing).rejects.toMatchObject({ code: 'not_found' });
    expect(await readdir(parent)).toEqual([]);
  });
});
