/**
 * Whether status 429 proves that nothing was bought. It does so with an empty body, a refusal of
 * the vendor's, a message in plain words, or a proxy's page. It does not with a body that may be
 * part of a sale, or that speaks of a fault on the way.
 */
import type { Received } from '../wire/wire.ts';
import { readAnyText } from './charset.ts';
import { type Decoded, LARGEST_ANSWER } from './decode.ts';
import { resolveEscapes } from './escapes.ts';
import { mentionsFault } from './fault-mentions.ts';
import { namesPhoneNumber } from './phone-numbers.ts';
import { isPlain, sentencesOf } from './plain-words.ts';
import { mentionsSale } from './sale-mentions.ts';
import { isWellFormed } from './xml.ts';

/** Why the body contradicts the status, as the end of a sentence; null when it does not. */
export function doubtOf429({ headers, body }: Received, decoded: Decoded): string | null {
  if (body.length === 0) return null;
  // `decode` lets a `refused` have any words. After status 429 the order is sent again, so here
  // they must be known.
  if (decoded.says === 'failed') {
    const isKnown = decoded.means !== 'refused' || decoded.isPlain;
    return isKnown ? null : 'its body is a refusal in words that are not all known';
  }
  if (body.length > LARGEST_ANSWER) return 'its body is too long';
  const text = readAnyText(body, headers['content-type'] ?? null);
  if (text === null) return 'its body cannot be read';
  if (ANSWER.test(text)) return 'its body is an answer to an order and not a complete refusal';
  const isPage = PAGE.test(text);
  if (namesPhoneNumber(isPage ? text.replace(STYLES, ' ') : text)) {
    return 'its body names a phone number';
  }
  const words = resolveEscapes(isPage ? wordsOf(text) : text);
  if (mentionsSale(words)) return 'its body speaks of an order';
  if (mentionsFault(words)) return 'its body speaks of a fault on the way';
  if (!isPage && !isWhole(text)) return 'its body is cut off';
  const kind = isPage ? 'page' : DATA.test(text) ? 'data' : 'text';
  if (kind === 'data' && FOR_SALE.test(words.replace(TOO_MANY, '|'))) {
    return 'its body speaks of what is for sale';
  }
  const sentences = sentencesOf(kind === 'data' ? words.replace(NAMES, '|') : words);
  return sentences.filter((each) => MUST_BE_KNOWN[kind].test(each)).every(isPlain)
    ? null
    : 'its body is in words that are not all known';
}

/**
 * Which sentences must be known ones. A proxy's page may have any words, but a proxy does not speak
 * of orders. In data, a single word may be a name.
 */
const MUST_BE_KNOWN = {
  page: new RegExp(
    '\\b(?:numbers|(?<!in )orders?|purchases?|slots?|requests?(?! id\\b)|it|one|twice|repeat|' +
      'running|working|handl(?:ed|ing)|still)\\b',
    'iu',
  ),
  data: / /,
  text: /^/,
};
/** Anywhere in data: `{"orderId":17}` has no sentence. */
const FOR_SALE = /numbers|(?<!\bin |b)order|purchase|slot|claimed/iu;
const TOO_MANY = /\btoo many (?:\w+ )?(?:orders|requests|purchases)\b/giu;

/** Names of elements and attributes. */
const NAMES = /<[/?!]?[\w:-]+|\s[\w:-]+=/g;
const DATA = /^\s*(?:<|\{|\[\s*["{[\]])/;

/** Elements of the vendor's answers. No page has them. */
const ANSWER = new RegExp(
  '<!DOCTYPE\\s+response\\b|' +
    '<(?:response|result|result_description|numbers?|orders?|purchases?|slots)\\b',
  'i',
);

const PAGE = /<(?:!doctype\s+html|html|head|body|title|h[1-6]|p|div|br|center)\b/i;

/**
 * Digits in styles are no phone numbers: `z-index: 2147483647`. A style without an end tag does not
 * count: what follows `<style/>` may be text.
 */
const STYLES = /<style(?:\s[^<>]*)?(?<!\/\s*)>[^<]*<\/style\s*>|\sstyle=(?:"[^"<>]*"|'[^'<>]*')/gi;
const SCRIPTS = /<script(?:\s[^<>]*)?(?<!\/\s*)>[\s\S]*?<\/script\s*>/gi;
const TAGS = /<[^<>]*>/g;
/** Attributes that have words. Others have names of code, such as `success`. */
const SHOWN = /\s(?:title|alt|content|value|label|placeholder|summary)\s*=\s*("[^"]*"|'[^']*')/gi;

/**
 * The visible words of a page, and its comments. A page's code is left out: it has names such as
 * `success`. A bar replaces each tag: a denial must not reach the words of another element.
 */
function wordsOf(page: string): string {
  return page
    .replace(STYLES, ' ')
    .replace(SCRIPTS, ' ')
    .replace(/<!--|-->/g, ' | ')
    .replace(TAGS, (tag) => ['', ...[...tag.matchAll(SHOWN)].map(([, it]) => it), ''].join(' | '));
}

/** Cut XML or JSON may be the beginning of a sale. Words and pages need no end. */
function isWhole(text: string): boolean {
  if (!DATA.test(text)) return true;
  const start = text.trimStart();
  if (start.startsWith('<')) return isWellFormed(start);
  try {
    JSON.parse(start);
    return true;
  } catch {
    return false;
  }
}
