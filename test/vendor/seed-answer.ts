/** The answer on the vendor's page "Number Order", byte for byte. */
export const SEED_ANSWER = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE response [
 <!ELEMENT response (result,result_description)>
 <!ELEMENT result (#PCDATA)>
 <!ELEMENT result_description (#PCDATA)>
 
 ]>
<response>
<result>success</result>
<result_description>
 <quantity>3</quantity>
 <numbers>
 <number>5551112222</number>
 <number>5553334444</number>
 <number>5556667777</number>
 </numbers>
</result_description>
</response>`;

export const SEED_NUMBERS = ['5551112222', '5553334444', '5556667777'];

/** As many distinct phone numbers, rising. */
export const numbersFrom = (first: number, count = 25): string[] =>
  Array.from({ length: count }, (_, index) => `${first + index}`);

/** The same shape for other numbers. */
export function sale(numbers: string[], quantity: number | string = numbers.length): string {
  const list = numbers.map((number) => ` <number>${number}</number>\n`).join('');
  return SEED_ANSWER.replace('<quantity>3<', `<quantity>${quantity}<`).replace(
    /<numbers>[\s\S]*<\/numbers>/,
    `<numbers>\n${list} </numbers>`,
  );
}

export function failure(text: string): string {
  const description = `<result_description>${text}</result_description>`;
  return `<response><result>failed</result>${description}</response>`;
}

/** A page as a proxy sends it with status 429. */
export const page = (body: string, head = '') =>
  `<!DOCTYPE html>\n<html><head><title>Too Many Requests</title>${head}</head>` +
  `<body><h1>429</h1>${body}</body></html>`;
