/** What the vendor says, byte for byte. */

export const NO_NUMBERS = 'No numbers available';
export const TOO_FEW_NUMBERS = 'Not enough numbers available';
export const WRONG_KEYS = 'Invalid access key';
/** A reason that has nothing to do with stock, keys or load, so no rule can know it. */
export const DECLINED = 'Order declined by the carrier desk';

/** Words that say neither yes nor no. */
export const PROCESSING = 'Your order is being processed';

/**
 * The shape of the vendor's page to the last blank, with its DTD that forbids the very elements
 * below it. `quantity` differs from the count of the numbers only when the answer is to lie.
 */
export function success(numbers: readonly number[], quantity = numbers.length): string {
  const elements = numbers.map((number) => ` <number>${number}</number>\n`).join('');
  return `${PROLOG}
<response>
<result>success</result>
<result_description>
 <quantity>${quantity}</quantity>
 <numbers>
${elements} </numbers>
</result_description>
</response>`;
}

/** The envelope that other people's clients expect. `text` is ours, so it needs no escapes. */
export function failed(text: string): string {
  return `<response><result>failed</result><result_description>${text}</result_description></response>`;
}

/** What a proxy in front of a vendor says, with status 200 for good measure. */
export const ERROR_PAGE = `<!DOCTYPE html>
<html><head><title>Temporarily unavailable</title></head>
<body><h1>We will be back soon</h1><p>The service is down for maintenance.</p></body></html>
`;

const PROLOG = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE response [
 <!ELEMENT response (result,result_description)>
 <!ELEMENT result (#PCDATA)>
 <!ELEMENT result_description (#PCDATA)>
${' '}
 ]>`;
