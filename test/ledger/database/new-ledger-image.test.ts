import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { imagePath, keepImage, unpackImage } from '../../../src/ledger/database/embedded/image.ts';
import { type Ledger, migrate, openEmbedded } from '../../../src/ledger/index.ts';
import { sql } from '../../support/ledger.ts';
import { embeddedFolder, temporaryFolder } from '../../support/temporary-folder.ts';

/** Each path below the folder, with its mode and the hash of what it holds. */
function contentsOf(folder: string) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((path) => {
      const file = statSync(join(folder, path));
      const content = file.isFile() ? hash('sha256', readFileSync(join(folder, path))) : null;
      return { path, mode: file.mode & 0o777, content };
    });
}

describe('the image of a new ledger', () => {
  test('holds each file and folder, for their owner alone', () => {
    const original = join(embeddedFolder(), 'ledger');
    execFileSync('chmod', ['-R', 'go+r', original]);
    const image = join(temporaryFolder(), 'some', 'folders', 'image');
    keepImage(original, image);
    const copy = temporaryFolder();
    expect(unpackImage(image, copy)).toBe(true);
    const privately = contentsOf(original).map((each) => ({ ...each, mode: each.mode & 0o700 }));
    expect(contentsOf(copy)).toEqual(privately);
    expect(readdirSync(join(image, '..'))).toEqual(['image']);
  });

  let whole: string;
  beforeAll(() => {
    whole = join(temporaryFolder(), 'image');
    keepImage(join(embeddedFolder(), 'ledger'), whole);
  });

  test.each([
    ['is missing', (image: string) => rmSync(image)],
    ['is empty', (image: string) => truncateSync(image, 0)],
    ['is cut short', (image: string) => truncateSync(image, statSync(image).size - 1)],
    [
      'is damaged',
      (image: string) => {
        const bytes = readFileSync(image);
        bytes[bytes.length >> 1]! ^= 1;
        writeFileSync(image, bytes);
      },
    ],
  ])('makes nothing when it %s', (_, damage) => {
    const image = join(temporaryFolder(), 'image');
    copyFileSync(whole, image);
    damage(image);
    const copy = temporaryFolder();
    expect(unpackImage(image, copy)).toBe(false);
    expect(readdirSync(copy)).toEqual([]);
  });

  test('is not kept where it cannot be, and that is no fault', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    keepImage(join(embeddedFolder(), 'ledger'), join(file, 'image'));
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

test('a ledger that is made from the image has the tables that the migrations make', async () => {
  // The first leaves the image for the second, if there is none.
  await (await openEmbedded(temporaryFolder(), 'test')).close();
  expect(statSync(imagePath()).size).toBeGreaterThan(1_000_000);
  const ledger = await openEmbedded(temporaryFolder(), 'test');
  try {
    const copied = await definitionsIn(ledger);
    await ledger.script('drop schema ledger cascade');
    expect(await migrate(ledger)).not.toEqual([]);
    expect(copied).toEqual(await definitionsIn(ledger));
    expect(copied.length).toBeGreaterThan(100);
  } finally {
    await ledger.close();
  }
});

/** Tables with their columns and rows, functions, triggers, constraints and indexes. */
function definitionsIn(ledger: Ledger): Promise<{ definition: string }[]> {
  return sql(
    ledger,
    `select attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) ||
       coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as definition
     from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where attrelid in (select oid from pg_class where relnamespace = 'ledger'::regnamespace)
       and not attisdropped
     union all select pg_get_functiondef(oid) from pg_proc
       where pronamespace = 'ledger'::regnamespace
     union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
       from pg_constraint where connamespace = 'ledger'::regnamespace
     union all select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid
       where relnamespace = 'ledger'::regnamespace and not tgisinternal
     union all select indexdef from pg_indexes where schemaname = 'ledger'
     union all select table_name || ' ' || (xpath('/row/n/text()', query_to_xml(
         format('select count(*) as n from ledger.%I', table_name), false, true, '')))[1]::text
       from information_schema.tables
       where table_schema = 'ledger' and table_type = 'BASE TABLE'
     order by 1`,
  );
}
