/** What the vendor answers, byte for byte. */

export const NO_NUMBERS = 'No numbers available';
export const TOO_FEW_NUMBERS = 'Not enough numbers available';
export const WRONG_KEYS = 'Invalid access key';
/** A reason that no rule knows: neither stock, nor keys, nor load. */
export const DECLINED = 'Order declined by the carrier desk';
/** Says neither yes nor no. */
export const PROCESSING = 'Your order is being processed';

/**
 * As on the vendor's page, with its white space and with its DTD, which forbids the elements that
 * follow. A `quantity` other than the count of the numbers makes the answer wrong.
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

/** `text` is one of ours and is not escaped. */
export function failed(text: string): string {
  const description = `<result_description>${text}</result_description>`;
  return `<response><result>failed</result>${description}</response>`;
}

/** What a proxy in front of a vendor answers, with status 200. */
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
