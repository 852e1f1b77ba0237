/**
 * What the body of an answer says, read strictly. Only two shapes prove anything, both from the
 * vendor's page and from other people's clients:
 *
 *   response/success  with quantity = count of distinct ten-digit numbers, 1..asked: these were
 *                     bought
 *   response/failed   with a description of text only, and nowhere in it a phone number or words of
 *                     a sale: nothing was bought
 *
 * Everything else is `unclear`, and an unclear answer may hide a purchase. The failure is read as
 * strictly as the success: with a looser rule, one changed byte in `success` reads as a refusal,
 * and the order is bought a second time. The content type is asked for its charset only, because
 * PHP labels everything text/html.
 */
import { z } from 'zod';
import { namesPhoneNumber } from './phone-numbers.ts';
import { readPlainSale } from './plain-sale.ts';
import type { MeaningOf, Means } from './refusals.ts';
import { readText } from './text.ts';
import { readXml, type XmlShape } from './xml.ts';

export type Decoded =
  | { says: 'sold'; numbers: string[] }
  | { says: 'failed'; means: Means; text: string }
  | { says: 'unclear'; why: string };

export function decode(
  body: Buffer,
  contentType: string | null,
  asked: number,
  meaningOf: MeaningOf,
): Decoded {
  const text = body.length > LARGEST_ANSWER ? null : readText(body, contentType);
  const plain = text === null ? null : readPlainSale(text);
  if (plain) return checkSale(plain.quantity, plain.numbers, asked);
  return decodeWhole(body, contentType, asked, meaningOf);
}

/** Without the short way for the usual answer. */
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
    return checkRefusal(failed.data.response.result_description, xml.text, meaningOf);
  }
  const sold = SOLD.safeParse(xml.tree);
  if (!sold.success) return { says: 'unclear', why: 'it is neither a sale nor a refusal' };
  const { quantity, numbers } = sold.data.response.result_description;
  return checkSale(Number(quantity), numbers.number, asked);
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

/** The tree lacks comments, attributes and instructions: what they hide counts as well. */
function checkRefusal(text: string, whole: string, meaningOf: MeaningOf): Decoded {
  if ([text, whole].some(namesPhoneNumber)) {
    return { says: 'unclear', why: 'it says failed, but names a phone number' };
  }
  const means = meaningOf(text, whole);
  if (means !== 'doubt') return { says: 'failed', means, text };
  return { says: 'unclear', why: 'it says failed, but its words speak of an order' };
}

/** The vendor's example has 0.4 kB, an answer with 25 numbers about 1 kB. */
export const LARGEST_ANSWER = 65_536;

const ANSWER: XmlShape = {
  roots: ['response'],
  mostBytes: LARGEST_ANSWER,
  list: 'response.result_description.numbers.number',
};

/** A phone number of the North American plan, bare, as on the vendor's page. */
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

/** `failed` is the one word that is proven (two independent clients compare with it). */
export const FAILED = z.strictObject({
  response: z.strictObject({
    result: z.literal('failed'),
    result_description: z.string().min(1),
  }),
});
