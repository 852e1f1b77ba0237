/**
 * Whether a refusal says no more than that there is no stock, that the vendor is busy, or that the
 * keys are wrong. Such an answer leads to another purchase by itself. So its words must prove that
 * nothing was bought: each of them is part of a known phrase, or is known to be harmless. A word
 * that nobody knows may be the verb of a purchase.
 *
 * A phrase has no gap for other words. The single words have no verb but commands, and no noun for
 * what was bought: nothing that is made of them alone can speak of a purchase. A number is harmless
 * as the code of an error or of an area.
 */
const BE = '(?:is|are|was|were|has been|have been)';
const NOW = '(?:currently |presently |temporarily |still )?';
const KIND =
  '(?:available|matching|such|more|phone|local|toll[- ]?free|true ?800|canadian|tracking|enough)';
const GOODS = '(?:numbers?|inventory|stock)';
const GONE =
  '(?:available|found|left|remaining|in stock|in inventory|match(?:ed|ing)?|that match|to match)';
const PLACE = '(?:(?:for|in|with|from) (?:(?:the|this) )?(?:area code|npa|exchange)? ?\\d{3,6})';
const LIMIT = '(?:api )?(?:rate|request|call)s?[- ]limit(?:s|ed|ing)?';
const WORKS = '(?:server|system|service|api|site)';
const KEYS = '(?:(?:access|secret|api|account)[ _]?)+keys?';
const NAMED_KEYS = `(?:${KEYS}(?: (?:or|and|/) ${KEYS})?)`;
const BAD = '(?:invalid|incorrect|wrong|bad|unknown|expired|disabled|revoked|missing)';
const SPAN = '(?:seconds?|secs?|s|minutes?|mins?|moments?|while|hours?)';
const ORDER = '(?:orders?|requests?|purchases?)';
const FILL = '(?:fill|fulfil|fulfill|place|process|complete)';
const FILLED = '(?:filled|fulfilled|placed|processed|completed)';

const PHRASES = [
  // "There are no local numbers available", "No numbers that match", "No available numbers"
  `(?:there ${BE} )?${NOW}no (?:${KIND} )*${GOODS}(?: ${BE})? ${NOW}${GONE}`,
  `(?:there ${BE} )?${NOW}no (?:available|matching|such|more) (?:${KIND} )*${GOODS}`,
  // "The requested quantity of 10 is not available", "Numbers in 212 not available"
  `(?:requested )?(?:number criteria|quantity|criteria|area code|npa|exchange|${GOODS})` +
    `(?: of (?:\\d{1,2}|numbers))?(?: ${PLACE})?(?: \\d{3,6})?(?: ${BE})?` +
    ` ${NOW}(?:not ${NOW}available|unavailable)`,
  // "Not enough numbers available to fill your order"
  `(?:there ${BE} )?${NOW}(?:insufficient|not enough|too few) (?:${KIND} )*` +
    `(?:${GOODS}|quantity)(?: ${BE})?(?: ${GONE})?(?: to ${FILL} (?:the|your|this) ${ORDER})?`,
  'that match|matching',
  '(?:out of|no longer in) (?:stock|inventory|numbers)',
  `(?:we )?(?:${BE} )?(?:unable to|could not|cannot|can not) (?:find|locate) ` +
    `(?:any |enough )?(?:${KIND} )*${GOODS}(?: ${GONE})?`,
  // "Unable to fill your order", "Your request could not be processed"
  `(?:we )?(?:${BE} )?(?:unable to|could not|cannot|can not) ${FILL} (?:the|your|this) ${ORDER}`,
  `(?:the|your|this) ${ORDER} (?:could not|cannot|can not) be ${FILLED}`,
  'for (?:the|your|this) order',

  // "You have made too many requests", "Rate limit of 4 requests per second exceeded"
  `(?:you (?:have )?(?:made|sent) )?too many (?:api )?(?:requests|calls)`,
  `(?:you (?:have )?(?:exceeded|reached|hit) )?(?:(?:the|your|our|this) )?${LIMIT}` +
    `(?: of \\d+ (?:requests|calls) (?:per|a|an) ${SPAN})?(?: ${BE})?` +
    '(?: (?:exceeded|reached|hit))?',
  '(?:you are being |(?:request|call)s? (?:was |were |is |are )?)?throttl(?:ed|ing)(?: out)?',
  `${WORKS} ${NOW}(?:${BE} )?${NOW}(?:too )?(?:busy|overloaded|unavailable)`,
  `${WORKS} ${BE} ${NOW}(?:down|closed|offline|unavailable) for (?:scheduled )?maintenance`,
  '(?:temporarily|currently) unavailable',
  '(?:due to|because of) (?:high|heavy) (?:demand|load|volume|traffic)',
  // "Try your request again in a few minutes", "Wait 30 seconds", "Retry after 5 s"
  'try (?:again|your request|back)(?: again)?',
  `(?:in|after|for|within|wait|at least) (?:an? )?(?:few |\\d+ )?${SPAN}`,
  'slow down|sorry for (?:the|any) inconvenience',

  // "Invalid access_key or secret_access_key", "The API key has been disabled"
  `${BAD} ${NAMED_KEYS}`,
  `${NAMED_KEYS} (?:(?:${BE}|has) )?(?:${BAD}|not (?:valid|found|recogni[sz]ed)|does not exist)`,
  `${NAMED_KEYS} do not match`,
  `(?:check|verify|see|for) (?:the|your|this|both) (?:${NAMED_KEYS}|account|credentials|login)`,
  `${BAD} (?:account |api |user )?(?:credentials|login)`,
  'authentication (?:has )?(?:failed|failure|error|required|unsuccessful)',
  '(?:not authenticated|(?:failed|unable|could not|cannot|can not)(?: to)? authenticate)',
  'access (?:is |was )?denied',
  'unauthori[sz]ed(?: access)?',
  '(?:contact|call|ask) (?:customer |technical |our )?(?:support|service)(?: team)?',

  // "Error 429", "(code: E-17)", "#1042"
  '(?:error|code|status|reason|http)(?: code)?\\W{0,3}(?:e[-_]?)?\\d{1,5}',
  '(?:e[-_]?|#)\\d{1,5}',
  // 212, 212555, 212-555: more than any order asks for
  '[2-9]\\d{2}(?:[- ]?\\d{3})?',
];

const WORDS = [
  'a an the this your our and or of for in at to with',
  'please sorry unfortunately however we apologi[sz]e',
  'try retry wait again later soon shortly choose select use another different other',
  'error code status reason message failed denied refused rejected request requested',
  'area areas codes? npa nxx exchange prefix region state city search criteria type location',
  'local toll free tollfree true ?800 canadian overlay phone',
  'currently presently temporarily right now time moment present',
].join(' ');

const KNOWN = new RegExp(
  [...PHRASES, WORDS.replaceAll(' ?', '?').split(' ').join('|')]
    .map((each) => `(?<![\\p{L}\\d_])(?:${each})(?![\\p{L}\\d_])`)
    .join('|'),
  'giu',
);

/** Whether the text has known phrases and harmless words only. */
export function isPlain(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text.replace(/\s+/g, ' ').replace(KNOWN, '|'));
}
