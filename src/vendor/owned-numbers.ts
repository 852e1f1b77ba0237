/**
 * routing.numbers: every number that the account owns, the only evidence of what an unanswered
 * order did. One that it lacks shows that nothing was bought, so it is read whole or not at all.
 * Its form is known from three other people's clients:
 * `<data><record><phone_label>…</phone_label><phone_number>…</phone_number></record>…</data>`, or
 * `response`/`failed`.
 */
import type { Pool } from 'undici';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { isBlank } from './answer/blank.ts';
import { FAILED, PHONE_NUMBER } from './answer/decode.ts';
import { decompress } from './answer/decompress.ts';
import { isOfPages } from './answer/pages.ts';
import { readXml, type XmlShape } from './answer/xml.ts';
import { nameOf } from './wire/error-names.ts';
import { ASKED_FOR, type Headers, isStored, readHeaders } from './wire/headers.ts';
import { listenerFault } from './wire/listener-check.ts';
import { openPool, type PoolOptions } from './wire/pool.ts';
import type { Received } from './wire/wire.ts';

/** `read` resolves to the numbers, ten digits each, in the vendor's order. */
type NumberList = { read(): Promise<string[]>; close(): Promise<void> };

type NumberListOptions = Pick<PoolOptions, 'origin' | 'timeoutMs' | 'lookup'> & {
  /** Holds the keys. */
  path: string;
  scrub: (text: string) => string;
};

/** Bytes: about 150,000 numbers. Reading them blocks the process for about 3 s (measured). */
const LARGEST_LIST = 16_000_000;

export function openNumberList(options: NumberListOptions): NumberList {
  const pool = openPool({ ...options, connections: 2, mostBytes: LARGEST_LIST });
  let closing: Promise<void> | undefined;
  return {
    read: async () => decodeList(await ask(pool, options), options.scrub),
    close() {
      closing ??= pool.close();
      return closing;
    },
  };
}

async function ask(pool: Pool, { path, timeoutMs }: NumberListOptions): Promise<Received> {
  const listener = listenerFault();
  if (listener !== null) throw unreadable(listener);
  try {
    const answer = await pool.request({
      method: 'GET',
      path,
      headers: ASKED_FOR,
      // A connection of its own: on a kept one, an answer to an earlier request may come.
      reset: true,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const headers = readHeaders(answer.headers);
    // What was bought since is not on it.
    if (isStored(headers)) throw unreadable('it comes from a cache, and may be out of date');
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (Object.keys(answer.trailers).length > 0) {
      throw unreadable('the answer is unclear: trailers followed it');
    }
    const opened = decompress(bytes, headers['content-encoding'], LARGEST_LIST);
    if ('why' in opened) throw unreadable(`the answer is unclear: ${opened.why}`);
    if (!isBlank(opened.rest)) throw unreadable('the answer is unclear: more bytes followed it');
    return { status: answer.statusCode, headers, body: opened.body };
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(nameOf(error));
  }
}

const LIST: XmlShape = {
  roots: ['data', 'response'],
  mostBytes: LARGEST_LIST,
  list: 'data.record',
};

/** For an account without numbers `data` is empty and reads as ''. */
const OWNED = z.strictObject({
  data: z.union([
    z.literal(''),
    z.strictObject({
      record: z.array(
        // Not strict: another field in a record, such as its label, hides no number.
        z.object({ phone_number: PHONE_NUMBER }),
      ),
    }),
  ]),
});

function decodeList(
  { status, headers, body }: Received,
  scrub: (text: string) => string,
): string[] {
  if (status !== 200) throw unreadable(`the vendor answered with status ${status}`);
  const xml = readXml(body, headers['content-type'] ?? null, LIST);
  if ('why' in xml) throw unreadable(`the answer is unclear: ${xml.why}`);
  const failed = FAILED.safeParse(xml.tree);
  if (failed.success) {
    const text = scrub(failed.data.response.result_description).slice(0, 500);
    throw unreadable(`the vendor says "${text}"`);
  }
  const owned = OWNED.safeParse(xml.tree);
  if (!owned.success) throw unreadable('the answer has an unexpected shape');
  if (mayBePart(headers, xml.whole))
    throw unreadable('it may be a part, by what it says of itself');
  const { data } = owned.data;
  return data === '' ? [] : data.record.map((record) => record.phone_number);
}

/**
 * A list that is sent in parts says so somewhere, and nobody knows in which words: beside its
 * records it may say nothing, and no field of the answer may be one of pages or counts.
 */
function mayBePart(headers: Headers, whole: string): boolean {
  const beside = whole.replace(RECORDS, '').replace(ROOT, '');
  const fields = Object.entries(headers).map((field) => field.join(': '));
  return beside.trim() !== '' || fields.some(isOfPages);
}

const RECORDS = /<record(?:\s[^<>]*)?>[\s\S]*?<\/record>/g;
const ROOT = new RegExp(
  [
    '^\\s*<\\?xml\\s[^<>]*\\?>',
    '<!DOCTYPE data\\s*(?:\\[(?:\\s*<!ELEMENT [^<>]*>)*\\s*\\])?\\s*>',
    '</?data\\s*/?>',
  ].join('|'),
  'g',
);

/** It has no cause: that may hold the URL or the vendor's bytes. */
function unreadable(why: string): AppError {
  return new AppError(
    'vendor_down',
    `The list of owned numbers cannot be read: ${why}. Nothing was changed. Try again later.`,
  );
}
