/**
 * Words of a fault on the way: the vendor began with the order, and does not know how far it got.
 * An answer with such words proves nothing, even with `failed`, status 429 or a denial. A miss may
 * buy twice; a false alarm costs a look at the vendor's list. A vendor that is only busy, or down
 * for maintenance, did not begin.
 */
const WHOSE = [
  'internal|unexpected|unknown|unspecified|undefined|unhandled|general|generic|fatal|critical',
  'server|system|service|platform|application|database|db|sql|storage|backend|carrier|provider',
  'supplier|network|communications?|connection|connectivity|socket|protocol|transport|i/o|http',
  'runtime|technical|processing|temporary|transient|intermittent',
].join('|');
const FAULT = '(?:errors?|failures?|faults?|problems?|issues?|difficult(?:y|ies)|trouble)';

const LINK = '(?:connections?|sessions?|sockets?|links?|connectivity)';
const BROKEN =
  '(?:lost|reset|closed|dropped|broken|interrupted|terminated|refused|aborted|failed|failure|gone)';
const SYSTEM = '(?:server|system|service|database|backend|carrier|provider|process|worker)';

const BUYING =
  '(?:process|plac|purchas|order|buy|provision|allocat|assign|reserv|activat|add|deliver|obtain|' +
  'acquir|complet|sav|stor|updat|record|writ|commit)ing';

const TO_FILL =
  '(?:fill|fulfil|plac|process|complet|satisf|purchas|order|buy|deliver|provision|reserv|assign|' +
  'find|finish|handl)\\w*';

const KEEP = '(?:save|store|record|write|commit|persist)';
const KEPT = '(?:saved|stored|recorded|written|committed|persisted)';

const ANSWER = '(?:respon(?:se|d|ds|ded|ding|sive)|repl(?:y|ies|ied|ying)|answer(?:s|ed|ing)?)';

const FAULT_WORDS = new RegExp(
  [
    // "Internal server error", "DatabaseError", "A temporary problem"
    `(?:${WHOSE})[ -]?${FAULT}(?![a-z])`,
    `\\b${FAULT} (?:(?:has|have|had|was|were) )?(?:occurred|happened|encountered)\\b`,
    `\\b(?:encountered|ran into|hit) (?:an? |some )?${FAULT}\\b`,
    `\\b${FAULT} (?:while|whilst|when|during|in the middle)\\b`,
    `\\b${FAULT} (?:in |with |on )?${BUYING}\\b`,
    '\\b(?:something|anything) (?:went|has gone|is) wrong\\b',
    // "Connection to the carrier was lost", "Lost connection", "The server closed the connection"
    `\\b${LINK} (?:\\w+ ){0,6}${BROKEN}\\b`,
    `\\b${BROKEN} (?:the |its |our |a )?${LINK}\\b`,
    `\\b${SYSTEM} (?:(?:has|was|is) )?(?:gone away|went away|crashed|died|failed|restarted)\\b`,
    "\\b(?:unable to|could not|cannot|can not|couldn[’']t|can[’']t|failed to) " +
      '(?:connect|reach|communicate|contact)\\b',
    '\\b(?:lost contact|unreachable|hung up)\\b',
    '\\bdisconnected (?:from|by|while|during)\\b',
    // "No response", "did not respond", "is not responding", "without an answer"
    `\\b(?:no|not|never|without|\\w+n[’']t|(?:failed|unable) to|stopped)` +
      `(?: (?:an?|any|the|valid|timely|yet|have|get|got|receive|received)){0,3} ${ANSWER}\\b` +
      '(?! (?:type|format))',
    `\\b(?:empty|incomplete|unexpected) ${ANSWER}\\b|\\bunresponsive\\b`,
    // "Unable to complete your order within 30 seconds", "Your order could not be filled in time"
    // not "You cannot order more than 25 numbers in a minute"
    `\\b(?:unable to|could not|cannot|can not|couldn[’']t|can[’']t|failed to) ` +
      `(?:be )?${TO_FILL}(?: (?!more )\\w+){0,4} ` +
      '(?:in time|(?:with)?in (?:an? |the )?(?:\\w+ )?(?:seconds?|secs?|minutes?|mins?))\\b',
    // "RequestTimeout", "Deadline exceeded"
    'time[- ]?outs?(?![a-z])|\\btimed[- ]out\\b|\\bdeadline exceeded\\b|\\btook too long\\b',
    // "The outcome is unknown", "Unable to confirm the order"
    '\\b(?:status|state|outcome|result) (?:is |was )?(?:unknown|unclear|uncertain)\\b',
    `\\b(?:unable to|could not|cannot|can not) (?:determine|verify|confirm) ` +
      '(?:the |your |its |whether )?(?:orders?|purchases?|delivery|status|outcome|result)\\b',
    '\\b(?:http(?:/[\\d.]+)?|error|status)(?: code)?:? ?50[0-4]\\b',
    // A server behind the vendor's may have begun, even one that says that it is busy.
    '\\b(?:gateways?|upstream|downstream|backend)\\b',
    // "Unable to save the order", "Your order was not saved"
    `\\b(?:unable to|could not|cannot|can not|failed to) ${KEEP}\\b`,
    `\\b(?:not|never)(?: been)? ${KEPT}\\b`,
    // "NullPointerException"; not "with the exception of 212"
    '(?<!with (?:the )?)exceptions?(?![a-z])',
    '\\b(?:abort(?:ed|ing)?|interrupt(?:ed|ion)?|deadlock(?:ed)?|crash(?:ed)?|panic(?:ked)?)\\b',
    '\\b(?:broken pipe|stack ?trace|traceback|segmentation fault|out of memory)\\b',
  ].join('|'),
  'iu',
);

/** Whether a text says that something broke on the way. Linear in the text. */
export function mentionsFault(text: string): boolean {
  // "CONNECTION_LOST"
  return FAULT_WORDS.test(text.replace(/[\s_]+/g, ' '));
}
