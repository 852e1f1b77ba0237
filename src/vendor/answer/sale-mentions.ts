/**
 * Words that say that something was bought, or may yet be. An answer with such words proves
 * nothing, even with `failed` or status 429.
 *
 * A miss may buy twice; a false alarm costs a look at the vendor's list. So every such word counts,
 * unless it is plainly denied ("could not be placed", "no numbers were purchased") or is part of a
 * harmless phrase. "Not all", "not fully" and "not yet" deny nothing.
 */
const DONE = [
  'placed|purchased|bought|ordered|sold(?! out)|provisioned|reserved|assigned|allocated|activated',
  'process(?:ed|ing)|in (?:progress|process)|pending|queued|scheduled|accepted|confirm(?:ed|ation)',
  'completed|fulfilled|filled|succeeded|partial(?:ly)?',
  'added|delivered|obtained|acquired|issued|secured|granted|procured|allotted|transferred|booked',
  'leased|rented|charged|billed|invoiced|debited|credited|deducted',
  '(?<!un)success(?:ful(?:ly)?)?',
  'already own(?:ed|s)?|now own|(?:is|are) (?:now )?yours|you (?:now )?(?:got|received) \\d+',
].join('|');

const ORDER = '(?:orders?|requests?|purchases?|transactions?)';
const THIS = '(?:the|your|this)';
const WITH = '(?:account|e-?mails?|support)';
/** Words that count only beside an order: "parameter received" is harmless. */
const DONE_TO_AN_ORDER =
  'already|exists?|received|submitted|created|completed?|duplicated?|underway|' +
  'under (?:way|review)|approved|executed|committed|finali[sz]ed|finished|done|' +
  'handled|running|working';
/** Words that count only beside numbers. */
const DONE_TO_NUMBERS = 'created|registered|attached';

const SALE_WORDS = new RegExp(
  [
    `(?<![a-z\\d])(?:${DONE})(?![a-z])`,
    // "isSuccess", "order_success"
    '(?<!un)success(?!ive|ion|or)',
    `(?<![a-z])${ORDER}(?:\\W{1,3}\\w+){0,3}\\W{1,3}(?:${DONE_TO_AN_ORDER})(?![a-z])`,
    `duplicate (?:\\w+ )?${ORDER}`,
    // "Wait for your order", "Check your account for this order", "the status of your request"
    `\\b(?:wait(?: \\w+){0,4}|(?:check|view|watch|contact)(?: ${THIS})?(?: ${WITH})?) (?:for|on) ` +
      `${THIS} (?:\\w+ )?${ORDER}(?![a-z]| (?:format|limit|type|size))`,
    `\\bstatus (?:of|for|on) ${THIS} ${ORDER}(?![a-z])`,
    // "The first one went through", "You asked twice", "Do not send it again"
    `\\b(?:first|previous|earlier|original|last) (?:one|attempt|${ORDER}) ` +
      '(?:went|was|is|has)\\b(?! not found)',
    '\\b(?:asked|sent|ordered|tried|bought) twice\\b|\\bworking on\\b',
    "\\b(?:not|never|don[’']t) (?:repeat|(?:re-?)?(?:send|submit|order))\\b",
    `(?<![a-z])(?:numbers|number)(?: \\w+){0,3} (?:${DONE_TO_NUMBERS})(?![a-z])`,
  ].join('|'),
  'iu',
);

const HELPING = '(?:be|been|being|was|were|is|are|has|have|had|could|can|will|successfully)';
const KIND = '(?:such|phone|local|toll[- ]?free|true ?800|canadian)';
const DENIED =
  `(?:${HELPING} ){0,4}(?:${DONE}|${DONE_TO_AN_ORDER}|${DONE_TO_NUMBERS})` +
  `(?: (?:or|nor) (?:${HELPING} ){0,3}(?:${DONE}))*(?: successfully)?\\b`;

/** Denials and harmless phrases. A comma or a full stop ends them. */
const HARMLESS = new RegExp(
  [
    `\\b(?:not|never|cannot|\\w+n['’]t|neither|without|(?:failed|unable) to) ${DENIED}` +
      '(?! (?:yet|until|in full|fully|completely|entirely))',
    `(?<![\\w.,])(?:no|0|zero) (?:${KIND} )*(?:numbers?|${ORDER}) ${DENIED}`,
    `\\bnothing ${DENIED}`,
    `\\bnone (?:of (?:the|your) (?:phone )?(?:numbers|orders) )?${DENIED}`,
    `\\bno (?:access|permissions?|authori[sz]ation) (?:${HELPING} ){0,3}granted\\b`,
    // A demand: "A slot must be added first"
    '\\b(?:must|needs? to|ha(?:s|ve) to) (?:first )?be ' +
      '(?:added|granted|issued|obtained|acquired)\\b',
    // "Too many requests are being processed"
    '\\btoo many (?:pending|queued) ',
    `\\btoo many ${ORDER} (?:(?:are|were|being|already) ){0,2}` +
      '(?:pending|queued|placed|processed|in progress)\\b',
    '\\brights reserved\\b',
    '\\baccepted (?:values?|types?|formats?|parameters?)\\b',
    // {"success": false}
    'success"? ?[:=] ?"?(?:false|no|0)\\b',
  ].join('|'),
  'giu',
);

/** Whether a text says that an order was placed, or may yet be. Linear in the text. */
export function mentionsSale(text: string): boolean {
  // Without the bar, the words around a denial could form a new denial.
  return SALE_WORDS.test(text.replace(/\s+/g, ' ').replace(HARMLESS, '|'));
}
