/**
 * What the vendor's words mean when it says `failed`. The vendor does not publish its texts: every
 * built-in rule is a guess, and the operator's rules come first.
 *
 *   doubt        the words speak of a sale or fault,
 *                or not all of them are known        -> the order is unknown
 *   stock        there are no such numbers left     -> the order is short
 *   credentials  the keys are not accepted          -> the account pauses
 *   busy         the vendor wants to be left alone  -> the account waits, then tries again
 *   refused      anything else                      -> kept word for word, for a person
 *
 * Stock, credentials and busy lead to another purchase, so each of their words must be known
 * (plain-words.ts). `refused` leads to none by itself.
 *
 * A rule must not match another rule's text: a bad parameter that reads as bad credentials stops
 * the whole account, and one that reads as busy is tried for ever. A text that fits no rule is
 * `refused`.
 */
import { AppError } from '../../errors.ts';
import { mentionsFault } from './fault-mentions.ts';
import { isPlain } from './plain-words.ts';
import { matchWithinTime } from './regex-time-limit.ts';
import { mentionsSale } from './sale-mentions.ts';

export type Means = 'stock' | 'credentials' | 'busy' | 'refused';

export type RefusalRule = {
  /** Text in the vendor's words, in any case, or /a regular expression/. */
  match: string;
  means: Means;
};

/** `all`: all words of the answer (all-words.ts). `doubt` ends the sentence "it says failed, …". */
export type MeaningOf = (text: string, all?: string) => Means | { doubt: string };

/**
 * The first rule that matches decides, unless the words speak of a sale (sale-mentions.ts) or of a
 * fault on the way (fault-mentions.ts), or a built-in rule knows only some of them. An operator's
 * rule vouches for the words that it matches; only the other words can be in doubt. So the rule
 * "being processed elsewhere" makes that text a refusal. The rule "available" does not do so for "3
 * numbers available and purchased". Throws AppError `bad_config` for a rule that cannot be read.
 */
export function readMeanings(operatorRules: RefusalRule[] = []): MeaningOf {
  const operators = operatorRules.map(({ match, means }) => {
    const fault = faultOfMatch(match);
    if (fault !== null) throw new AppError('bad_config', `A refusal rule has a fault: ${fault}.`);
    return { pattern: patternOf(match), means };
  });
  return (text, all = text) => {
    const words = oneLine(text);
    const said = [words, oneLine(all)];
    // No known refusal is this long, and some rules would take seconds to read it.
    if (said.some(({ length }) => length > LONGEST_REFUSAL)) {
      return { doubt: 'in more words than a refusal has' };
    }
    let ofOperator: { means: Means; vouchedFor: string | null } | undefined;
    try {
      ofOperator = operators
        .values()
        .map(({ pattern, means }) => ({ means, vouchedFor: matchWithinTime(pattern, words) }))
        .find(({ vouchedFor }) => vouchedFor !== null);
    } catch {
      return { doubt: 'and the rules of REFUSAL_RULES take too long to read its words' };
    }
    const { vouchedFor } = ofOperator ?? {};
    const rest = vouchedFor ? said.map((each) => each.replaceAll(vouchedFor, '|')) : said;
    if (rest.some(mentionsSale)) return { doubt: 'but its words speak of an order' };
    if (rest.some(mentionsFault)) return { doubt: 'but its words speak of a fault on the way' };
    if (ofOperator) return ofOperator.means;
    const rule = BUILT_IN_PATTERNS.find(({ pattern }) => pattern.test(words));
    if (rule === undefined) return 'refused';
    return said.every(isPlain) ? rule.means : { doubt: 'in words that are not all known' };
  };
}

/** In characters. The longest refusal seen, of any such vendor, has about 200. */
const LONGEST_REFUSAL = 2_000;

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const EMPTY = 'an empty match would fit every text';

/** Why a `match` cannot be used; null: it can. */
export function faultOfMatch(match: string): string | null {
  if (match.trim() === '' || match === '//') return EMPTY;
  try {
    return patternOf(match).test('') ? EMPTY : null;
  } catch {
    return `${match} is not a regular expression`;
  }
}

export function patternOf(match: string): RegExp {
  const expression = /^\/(.+)\/$/s.exec(match)?.[1];
  const words = oneLine(match);
  return new RegExp(expression ?? words.replace(/[|\\{}()[\]^$+*?.]/g, '\\$&'), 'iu');
}

const KIND =
  '(?:available|matching|such|more|phone|local|toll[- ]?free|true ?800|canadian|tracking)';
const GOODS = '(?:numbers?|inventory|stock)';
const GONE = '(?:available|found|left|remaining|in stock|in inventory|match(?:ed|ing)?)';

/** Tried from the top: the words for stock are wide and come after those for load and bad keys. */
const BUILT_IN: { means: Means; words: string[] }[] = [
  {
    means: 'busy',
    // "Too many requests", "Rate limit exceeded", "Request throttled"
    words: [
      '\\btoo many (?:api )?(?:requests|calls)\\b',
      '\\b(?:rate|request|call)[- ]limit|\\bthrottl(?:ed|ing)\\b',
    ],
  },
  {
    means: 'credentials',
    words: [
      // "Invalid access key", "Invalid API credentials"
      // not "Invalid parameter", "Invalid key word"
      '\\b(?:invalid|incorrect|wrong|bad|unknown|expired|disabled|revoked) ' +
        '(?:(?:access|secret|api|account)[ _]?)+keys?\\b',
      '\\b(?:(?:access|secret|api)[ _])+keys?\\b.{0,30}\\b' +
        '(?:invalid|incorrect|wrong|unknown|expired|disabled|revoked|missing|' +
        'not (?:valid|found|recognized)|does not exist|do not match)\\b',
      '\\b(?:invalid|incorrect|wrong|bad) (?:\\w+ )?(?:credentials|login)\\b',
      // "Authentication failed", "Could not authenticate", "Not authenticated"
      '\\bauthentication (?:has )?(?:failed|failure|error|required|unsuccessful)\\b',
      '\\bnot authenticated\\b',
      '\\b(?:failed|unable|could not|cannot|can not)(?: to)? authenticate\\b',
      // "Access denied", "Unauthorized"; not "Unauthorized to order True 800 numbers": other orders
      // of the account may be allowed
      '\\baccess (?:is |was )?denied\\b',
      '\\bunauthori[sz]ed\\b(?! (?:to|for)\\b)',
    ],
  },
  {
    means: 'stock',
    words: [
      // "No numbers available", "No local numbers found", "There are no available numbers for 212"
      `\\bno (?:${KIND} )*${GOODS} (?:\\w+ ){0,3}${GONE}\\b`,
      `\\bno (?:available|matching|such|more) (?:${KIND} )*${GOODS}\\b`,
      // "Numbers not available", "The requested quantity is unavailable"
      // not "Service not available"
      '\\b(?:numbers?|quantity|criteria|inventory|stock|area code|npa|exchange)\\b.{0,30}' +
        '\\b(?:not (?:currently |presently )?available|unavailable)\\b',
      // "Insufficient inventory", "Not enough numbers available"
      // not "Insufficient funds for numbers"
      `\\b(?:insufficient|not enough|too few) (?:${KIND} )*(?:${GOODS}|quantity)\\b`,
      '\\bout of (?:stock|inventory|numbers)\\b',
      '\\b(?:unable to|could not|cannot|can not) (?:find|locate) ' +
        `(?:any |enough )?(?:${KIND} )*${GOODS}\\b`,
    ],
  },
  {
    means: 'busy',
    // After stock: "No numbers available, try again later" is about stock
    words: [
      '\\btry (?:again|your request|back)(?: again)? (?:later|shortly|in a )',
      '\\btemporarily unavailable\\b',
      '\\b(?:server|system|service) (?:is )?(?:too )?(?:busy|overloaded)\\b',
    ],
  },
];

const BUILT_IN_PATTERNS = BUILT_IN.map(({ means, words }) => ({
  means,
  pattern: new RegExp(words.join('|'), 'iu'),
}));
