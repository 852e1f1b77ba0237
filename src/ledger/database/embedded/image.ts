import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { OWN_FOLDER } from '../../../own-folder.ts';
import { migrationTexts } from '../migrate.ts';

/** Next to the compile cache. Where it cannot be written, new databases run the migrations. */
const CACHE = join(OWN_FOLDER, '../node_modules/.cache/new-ledger');
const HASH_BYTES = 32;

/** A path in the database's folder, and what the file holds; null: it is a folder. */
type Entry = [path: string, content: Uint8Array | null];

/** Makes a new database's files, with tables, out of an image. False: there is no whole image. */
export function unpackImage(image: string, folder: string): boolean {
  const entries = readImage(image);
  if (entries === null) return false;
  for (const [path, content] of entries) {
    if (content === null) mkdirSync(join(folder, path), { mode: 0o700 });
    else writeFileSync(join(folder, path), content, { mode: 0o600 });
  }
  return true;
}

/**
 * Leaves an image of a database with nothing in it, after a checkpoint. A fault costs only time.
 */
export function keepImage(folder: string, image: string): void {
  const part = `${image}.${process.pid}`;
  try {
    const params = { [constants.ZSTD_c_compressionLevel]: 1 };
    const packed = zstdCompressSync(serialize(entriesOf(folder)), { params });
    mkdirSync(dirname(image), { recursive: true });
    writeFileSync(part, Buffer.concat([hashOf(packed), packed]), { flag: 'wx' });
    renameSync(part, image);
  } catch {
    if (existsSync(part)) rmSync(part);
  }
}

/** Folders come before what is in them. */
function entriesOf(folder: string): Entry[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry): Entry => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), entry.isDirectory() ? null : readFileSync(path)];
    })
    .toSorted(([a], [b]) => a.length - b.length);
}

/** A power cut may have left half of one. */
function readImage(image: string): Entry[] | null {
  try {
    const bytes = readFileSync(image);
    const packed = bytes.subarray(HASH_BYTES);
    if (!hashOf(packed).equals(bytes.subarray(0, HASH_BYTES))) return null;
    return deserialize(zstdDecompressSync(packed));
  } catch {
    return null;
  }
}

/** Where the image is, or will be: one for each PostgreSQL and each state of the tables. */
export function imagePath(): string {
  const pglite = dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  const postgres = readFileSync(join(pglite, 'pglite.wasm'));
  return join(CACHE, hashOf(postgres, ...migrationTexts()).toString('hex'));
}

function hashOf(...contents: (Uint8Array | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest();
}
