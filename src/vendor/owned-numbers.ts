/**
 * routing.numbers: every number that the account owns, the only evidence of what an unanswered
 * order did. A number that the list lacks counts as not bought, so a part of the list is refused.
 * Its form is known from three other people's clients:
 * `<data><record><phone_label>…</phone_label><phone_number>…</phone_number></record>…</data>`, or
 * `response`/`failed`.
 */
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { FAILED, PHONE_NUMBER } from './answer/decode.ts';
import { type Heard, hear, mayBePart } from './answer/heard.ts';
import { readXml, type XmlShape } from './answer/xml.ts';
import { dateOf } from './wire/headers.ts';
import { listenerFault } from './wire/listener-check.ts';
import type { PoolOptions } from './wire/pool.ts';
import { openWire, type Wire } from './wire/wire.ts';

type NumberList = { read(): Promise<string[]>; close(): Promise<void> };

type NumberListOptions = Pick<PoolOptions, 'origin' | 'timeoutMs' | 'lookup'> & {
  /** Holds the keys. */
  path: string;
  scrub: (text: string) => string;
};

/** In bytes: about 150,000 numbers. Parsing them blocks the process for about 3 s (measured). */
const LARGEST_LIST = 16_000_000;

export function openNumberList(options: NumberListOptions): NumberList {
  const wire = openWire({ ...options, connections: 2, mostBytes: LARGEST_LIST });
  return {
    read: async () => decodeList(await ask(wire, options.path), options.scrub),
    close: () => wire.close(),
  };
}

async function ask(wire: Wire, path: string): Promise<Heard> {
  const listener = listenerFault();
  if (listener !== null) throw unreadable(listener);
  const sent = await wire.send(path, { mayStart: () => listenerFault() === null });
  if (sent.bytes !== 'complete') throw unreadable(sent.fault);
  const heard = hear(sent, LARGEST_LIST);
  // Whatever a cache or a cut connection adds: orders go to this address, too.
  if (isElsewhere(heard)) {
    const why = `the address gives a web page or status ${heard.status}, not the vendor's answer`;
    throw unreadable(why, { isElsewhere: true });
  }
  const why = heard.why ?? heard.whyCut;
  if (why !== null) throw unreadable(`the answer is unclear: ${why}`);
  // Clocks differ by less than a day. An unreadable or future date says nothing.
  if (Date.now() - dateOf(heard.headers.date ?? '') > A_DAY_MS) {
    throw unreadable('by its date it is more than a day old');
  }
  return heard;
}

const A_DAY_MS = 86_400_000;

/** A gateway's page of a fault has another status, and the vendor may be behind it. */
const isElsewhere = ({ status, body }: Heard): boolean =>
  status === 404 || status === 405 || (status === 200 && WEB_PAGE.test(body.toString('latin1')));

const WEB_PAGE = /^\s*<(?:!doctype\s+)?html\b/i;

const LIST: XmlShape = {
  roots: ['data', 'response'],
  mostBytes: LARGEST_LIST,
  list: 'data.record',
};

/** Without numbers, `data` is empty and reads as ''. */
const OWNED = z.strictObject({
  data: z.union([
    z.literal(''),
    z.strictObject({
      record: z.array(
        // Not strict: a record has other fields, such as its label, and they hide no number.
        z.object({ phone_number: PHONE_NUMBER }),
      ),
    }),
  ]),
});

function decodeList(heard: Heard, scrub: (text: string) => string): string[] {
  const { status, headers, body } = heard;
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
  if (mayBePart(heard) || saysMore(xml.whole)) {
    throw unreadable('it may be a part, by what it says of itself');
  }
  const { data } = owned.data;
  return data === '' ? [] : data.record.map((record) => record.phone_number);
}

/**
 * A list that is sent in parts says so somewhere, in unknown words. So there may be nothing beside
 * the records, and no comment or instruction inside them.
 */
function saysMore(whole: string): boolean {
  const beside = whole.replace(RECORDS, '').replace(ROOT, '');
  return beside.trim() !== '' || /<!--|<\?(?!xml\s)/.test(whole);
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

/** The error has no cause: a cause may hold the URL or the vendor's bytes. */
function unreadable(why: string, details: { isElsewhere?: true } = {}): AppError {
  return new AppError(
    'vendor_down',
    `The list of owned numbers cannot be read: ${why}. Nothing was changed. Try again later.`,
    details,
  );
}
