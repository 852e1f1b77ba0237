/**
 * Reads the body of an answer, strictly. Two shapes prove something. The vendor's page and other
 * people's clients show them:
 *
 *   response/success   with as many distinct ten-digit numbers as its quantity says, and no more
 *                      than asked. If fewer, nothing in the document may say anything else
 *   response/failed    with a description of text only. Nothing in the document may say anything
 *                      else: no comment, attribute or instruction
 *
 * Everything else is `unclear` and may hide a purchase: with a looser rule, one changed byte in
 * `success` reads as a refusal, and the order is bought twice. Of the content type only the charset
 * counts: PHP labels everything text/html.
 */
import { z } from 'zod';
import { allWords, tellsOnlyOfSale } from './all-words.ts';
import { readText } from './charset.ts';
import { namesPhoneNumber } from './phone-numbers.ts';
import { isPlain } from './plain-words.ts';
import type { MeaningOf, Means } from './refusals.ts';
import { readUsualSale } from './usual-sale.ts';
import { readXml, type XmlShape } from './xml.ts';

export type Decoded =
  | { says: 'sold'; numbers: string[] }
  /** `isPlain`: it has only sentences that are known to speak of no purchase. */
  | { says: 'failed'; means: Means; text: string; isPlain: boolean }
  | { says: 'unclear'; why: string };

export function decode(
  body: Buffer,
  contentType: string | null,
  asked: number,
  meaningOf: MeaningOf,
): Decoded {
  const text = body.length > LARGEST_ANSWER ? null : readText(body, contentType);
  const usual = text === null ? null : readUsualSale(text);
  if (usual) return checkSale(usual.quantity, usual.numbers, asked);
  return decodeWhole(body, contentType, asked, meaningOf);
}

/** Decodes like `decode`, without the fast way for the usual sale. */
export function decodeWhole(
  body: Buffer,
  contentType: string | null,
  asked: number,
  meaningOf: MeaningOf,
): Decoded {
  const xml = readXml(body, contentType, ANSWER);
  if ('why' in xml) return { says: 'unclear', why: xml.why };
  const failed = FAILED.safeParse(xml.tree);
  if (failed.success) {
    const text = failed.data.response.result_description;
    return checkRefusal(text, xml.whole, meaningOf);
  }
  const sold = SOLD.safeParse(xml.tree);
  if (!sold.success) return { says: 'unclear', why: 'it is neither a sale nor a refusal' };
  const { quantity, numbers } = sold.data.response.result_description;
  const checked = checkSale(Number(quantity), numbers.number, asked);
  const isShort = checked.says === 'sold' && checked.numbers.length < asked;
  return isShort && !tellsOnlyOfSale(xml.whole, checked.numbers)
    ? { says: 'unclear', why: 'it lists fewer numbers than asked, and says more than a sale does' }
    : checked;
}

function checkSale(quantity: number, numbers: string[], asked: number): Decoded {
  const unclear = (why: string): Decoded => ({ says: 'unclear', why });
  if (quantity !== numbers.length) {
    return unclear(`it says ${quantity} numbers and lists ${numbers.length}`);
  }
  if (new Set(numbers).size !== numbers.length) return unclear('it lists a number twice');
  if (quantity > asked) return unclear(`it lists ${quantity} numbers, and ${asked} were asked for`);
  return { says: 'sold', numbers };
}

/** `text` is the description in the document `whole`. */
function checkRefusal(text: string, whole: string, meaningOf: MeaningOf): Decoded {
  if ([text, whole].some(namesPhoneNumber)) {
    return { says: 'unclear', why: 'it says failed, but names a phone number' };
  }
  const all = allWords(whole);
  const means = meaningOf(text, all);
  if (typeof means !== 'string') return { says: 'unclear', why: `it says failed, ${means.doubt}` };
  return { says: 'failed', means, text, isPlain: [text, all].every(isPlain) };
}

/** In bytes. An answer with 25 numbers has about 1 kB. */
export const LARGEST_ANSWER = 65_536;

const ANSWER: XmlShape = {
  roots: ['response'],
  mostBytes: LARGEST_ANSWER,
  list: 'response.result_description.numbers.number',
};

/** A bare phone number, as on the vendor's page. */
export const PHONE_NUMBER = z.string().regex(/^[2-9]\d{9}$/);

const SOLD = z.strictObject({
  response: z.strictObject({
    result: z.literal('success'),
    result_description: z.strictObject({
      quantity: z.string().regex(/^(0|[1-9]\d?)$/),
      numbers: z.strictObject({ number: z.array(PHONE_NUMBER).min(1) }),
    }),
  }),
});

/** No other word than `failed` is known. Two independent clients compare with it. */
export const FAILED = z.strictObject({
  response: z.strictObject({
    result: z.literal('failed'),
    result_description: z.string().min(1),
  }),
});
