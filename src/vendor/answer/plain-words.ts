/**
 * Whether a refusal says only that there is no stock, that the vendor is busy, or that the keys are
 * wrong. The program then buys again by itself. So every sentence of the refusal must be a known
 * one, from the first word to the last.
 *
 * Known words are not enough. "Wait" and "for your order" are harmless in "wait 5 seconds" and "no
 * numbers for your order". Together they say that an order is under way. So a known sentence has no
 * gap for other words, and ends only with the tails that are listed for it.
 */
import type { NumberType } from '../../number-type.ts';

const BE = '(?:is|are|was|were|has been|have been)';
const NOW = '(?:currently |presently |temporarily |still )?';
const THIS = '(?:the|your|this)';
const KIND =
  '(?:available|matching|such|more|phone|local|toll[- ]?free|true ?800|canadian|tracking|enough)';
const GOODS = '(?:numbers?|inventory|stock)';
const GONE =
  '(?:available|found|left|remaining|in stock|in inventory|match(?:ed|ing)?|that match|to match)';
const LIMIT = '(?:api |request )?(?:rate|request|call)s?[- ]limit(?:s|ed|ing)?';
const WORKS = '(?:server|system|service|api|site)';
const KEY = '(?:(?:access|secret|api|account)[ _]?)+keys?';
const KEYS = `(?:${KEY}(?: (?:or|and) ${KEY})?)`;
const BAD = '(?:invalid|incorrect|wrong|bad|unknown|expired|disabled|revoked|missing)';
const SPAN = '(?:seconds?|secs?|s|minutes?|mins?|moments?|while|hours?)';
const ORDER = '(?:orders?|requests?|purchases?)';
const FILL = '(?:fill|fulfil|fulfill|place|process|complete)';
const FILLED = '(?:filled|fulfilled|placed|processed|completed|satisfied)';
const NOT = '(?:could not|cannot|can not)';
const CANNOT = `(?:we )?(?:${BE} )?(?:unable to|${NOT})`;
const APOLOGY =
  '(?:(?:we (?:are )?)?(?:sorry|apologi[sz]e)(?: for (?:the|any|this) inconvenience)?)';

// Tails. A span of time may follow only where nothing can have begun in it.
const TIME =
  '(?: (?:right now|now|currently|presently|at (?:this|the) (?:time|moment)|at present))?';
const WHERE =
  '(?:area codes?|area|code|npa|nxx|exchange|prefix|region|state|city|location|' +
  'search(?: criteria)?|criteria)';
// 212, 212555, 212-555: more than any order asks for
const AREA = '(?:[2-9]\\d{2}(?:[- ]?\\d{3}| (?:nxx|exchange|prefix) \\d{3})?)';
const TYPE = 'type (?:local|toll[- ]?free|true ?800|canadian)';
const PLACES = `(?:${WHERE}(?: ${AREA})?|${AREA}(?: ${WHERE})?|${TYPE})`;
const PLACE = `(?:for|in|with|from) (?:${THIS} )?(?:requested )?${PLACES}`;
const WANTED = `(?:(?:search )?criteria|search|${ORDER})`;
// No text may be both a PLACE and SOUGHT: each more of them would double the time to read it.
const MATCHING = '(?:match(?:ed|ing)?|that match)';
const SOUGHT = `(?:${MATCHING} ${THIS} ${WANTED}|(?:for|with) ${THIS} ${ORDER})`;
const STOCK = `(?: (?:${PLACE}|${SOUGHT}|to ${FILL} ${THIS} ${ORDER})){0,4}${TIME}`;
const OTHER = '(?:another|other|an?|a different)';
const OF_KEYS = `(?: for ${THIS} (?:account|${KEYS}))?`;
const PERIOD = `(?:a given amount of time|(?:the last |an? )?(?:\\d+ )?${SPAN})`;
const RATE = `(?: (?:in|within|per) ${PERIOD})?`;
const CALLS = '(?:requests|calls)';
const LOAD = '(?:due to|because of) (?:high|heavy) (?:demand|load|volume|traffic)';
const AFTER = `(?:(?:in|after|for) )?(?:at least )?(?:an? )?(?:few |\\d+ )?${SPAN}`;

const SENTENCES = [
  // "There are no local numbers available", "No numbers that match", "No available numbers"
  `(?:there ${BE} )?${NOW}no (?:${KIND} )*${GOODS}(?:(?: ${BE})? ${NOW}${GONE})?${STOCK}`,
  // "The requested quantity of 10 is not available", "Numbers in 212 not available"
  `(?:the |this )?(?:requested )?(?:number criteria|quantity|criteria|area code|npa|exchange|` +
    `(?:${KIND} )*${GOODS})(?: of (?:\\d{1,2}|numbers))?(?: ${PLACE}| ${AREA})?(?: ${BE})?` +
    ` ${NOW}(?:not ${NOW}available|unavailable)${STOCK}`,
  // "Not enough numbers available to fill your order"
  `(?:there ${BE} )?${NOW}(?:insufficient|not enough|too few) (?:${KIND} )*` +
    `(?:${GOODS}|quantity)(?:(?: ${BE})? ${NOW}${GONE})?${STOCK}`,
  `(?:out of|no longer in) (?:stock|inventory|numbers)${STOCK}`,
  `${CANNOT} (?:find|locate) (?:any |enough )?(?:${KIND} )*${GOODS}(?: ${GONE})?${STOCK}`,
  // "Unable to fill your order", "Your request could not be processed"; "in time" is a time-out
  `${CANNOT} ${FILL} ${THIS} ${ORDER}${TIME}`,
  `${THIS} ${ORDER} ${NOT} be ${FILLED}${TIME}`,
  `(?:try|choose|select|use) (?:again with )?${OTHER} ${WHERE}(?: or (?:${OTHER} )?${WHERE})?`,
  `${WHERE}(?: ${AREA})?|${AREA}|${PLACE}`,

  // "You have made too many requests", "Rate limit of 4 requests per second exceeded"
  `(?:(?:you|the user) (?:ha(?:ve|s) )?(?:made|sent) )?too many (?:api )?` +
    `(?:requests|calls|orders|attempts)(?:${OF_KEYS}| from (?:this|your) ip(?: address)?)${RATE}`,
  `(?:you (?:have )?(?:exceeded|reached|hit) |you are (?:being )?)?(?:(?:the|your|our|this) )?` +
    `(?:${LIMIT}|number of ${CALLS})(?: of \\d+ ${CALLS} (?:per|an?) ${SPAN})?` +
    `(?:(?: ${BE})? (?:exceeded|reached|hit))?${OF_KEYS}`,
  '(?:limit|quota|rate) exceeded|local_rate_limited',
  `(?:you are being |(?:${THIS} )?(?:requests?|calls?|message) (?:${BE} )?)?` +
    'throttl(?:ed|ing)(?: out)?',
  `(?:(?:the|our|this) )?${WORKS} ${NOW}(?:${BE} )?${NOW}(?:too )?` +
    `(?:busy|overloaded|unavailable)${TIME}(?: ${LOAD})?`,
  `(?:(?:the|our|this) )?${WORKS} ${BE} ${NOW}` +
    '(?:down|closed|offline|unavailable) for (?:scheduled )?maintenance',
  `(?:temporarily|currently) unavailable|${LOAD}|slow down`,
  // "Try your request again in a few minutes", "Wait 30 seconds", "Retry after 5 s"
  `(?:try(?: (?:again|your request|back))?(?: again)?|retry)(?: (?:later|shortly|soon|${AFTER}))?`,
  `wait ${AFTER}|expected available ${AFTER}`,

  // "Invalid access_key or secret_access_key", "The API key has been disabled"
  `(?:${BAD} )?${KEYS}`,
  `(?:${THIS} )?${KEYS} (?:(?:${BE}|has) )?` +
    `(?:${BAD}|not (?:valid|found|recogni[sz]ed)|does not exist|do not match)`,
  `(?:check|verify) (?:${THIS}|both) (?:${KEYS}|credentials|login)`,
  `${BAD} (?:account |api |user )?(?:credentials|login)`,
  'authentication (?:has )?(?:failed|failure|error|required|unsuccessful)',
  `(?:not authenticated|(?:failed to|unable to|${NOT}) authenticate)(?: ${THIS} request)?`,
  `access (?:is |was )?denied${OF_KEYS}|unauthori[sz]ed(?: access)?`,
  '(?:contact|call|ask) (?:customer |technical |our )?(?:support|service)(?: team)?',

  `(?:(?:${THIS} )?request )?(?:${BE} )?(?:failed|denied|refused|rejected|blocked)`,
  `please|unfortunately|however|${APOLOGY}|(?:error|failure|code|reason|message)(?: code)?`,
];

const SENTENCE = new RegExp(
  `^(?:(?:please|${APOLOGY}|unfortunately|error|429) )*(?:${SENTENCES.join('|')})$`,
  'iu',
);

/** "Error 429", "(code: E-17)", "#1042". Any other number may count what was bought. */
const CODES = new RegExp(
  '(?<![\\p{L}\\d_]|area )' +
    '(?:(?:(?:http )?status|reason)(?: code)?\\W{0,3}\\d{3}|' +
    '(?:(?:error|code|http)(?: code)?\\W{0,3}(?:e[-_]?)?|e[-_]?|#)\\d{1,5})' +
    '(?![\\p{L}\\d_])',
  'giu',
);

/** Punctuation, hyphens outside words, and the gap before a command. */
const BETWEEN = new RegExp(
  [
    '[^\\p{L}\\p{N}\\s_-]+|(?<![\\p{L}\\p{N}])-+|-+(?![\\p{L}\\p{N}])',
    ' (?:(?:or|and|but) )?(?=(?:please|try|retry|wait|contact|check|verify) )',
  ].join('|'),
  'iu',
);

/** The sentences of a text, without punctuation and error codes. */
export function sentencesOf(text: string): string[] {
  const sentences = text.replace(/\s+/g, ' ').replace(CODES, '|').split(BETWEEN);
  return sentences.map((each) => each.trim()).filter((each) => /[\p{L}\p{N}]/u.test(each));
}

const AREAS = new RegExp(`(?<!\\d)${AREA}(?!\\d| ${SPAN})`, 'giu');

/** Three or six digits of each area that a plain text names. */
export function areasIn(text: string): string[] {
  const found = sentencesOf(text).flatMap((sentence) => sentence.match(AREAS) ?? []);
  return found.map((area) => area.replace(/\D/g, ''));
}

/** Words for types of numbers, and the types of orders that they may be said to. */
const TYPES: [RegExp, NumberType[]][] = [
  [/\blocal\b/i, ['local', 'canadian_local']],
  [/\btoll[- ]?free\b/i, ['tollfree', 'true800']],
  [/\btrue ?800\b/i, ['true800']],
  [/\bcanadian\b/i, ['canadian_local']],
];

/** Whether a plain text names another type of numbers than this one. */
export const namesOtherType = (text: string, type: NumberType): boolean =>
  TYPES.some(([word, types]) => word.test(text) && !types.includes(type));

/** Whether the text has known sentences only. */
export function isPlain(text: string): boolean {
  return sentencesOf(text).every((sentence) => SENTENCE.test(sentence));
}
