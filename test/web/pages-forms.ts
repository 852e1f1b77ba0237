import type { Web } from '../../src/web/index.ts';
import { type Answer, ask } from './site.ts';

/** Posts a form as a browser does that runs no scripts. */
export function press(
  site: Web,
  path: string,
  fields: Record<string, string | string[]> = {},
): Promise<Answer> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) body.append(name, each);
  }
  return ask(site, path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: site.url },
    body: body.toString(),
  });
}

/** Posts the form of a new plan with this file. */
export function upload(
  site: Web,
  { name, csv, account }: { name: string; csv: string; account?: string },
): Promise<Answer> {
  const boundary = 'a-boundary-that-no-file-has';
  const field = account
    ? `--${boundary}\r\ncontent-disposition: form-data; name="account"\r\n\r\n${account}\r\n`
    : '';
  // As browsers do it: a quote in a file's name is percent-encoded.
  const file = name.replaceAll('"', '%22');
  const body = `${field}--${boundary}\r\ncontent-disposition: form-data; name="plan"; filename="${file}"\r\ncontent-type: text/csv\r\n\r\n${csv}\r\n--${boundary}--\r\n`;
  return ask(site, '/plans', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, origin: site.url },
    body,
  });
}

/** What a reader sees of the page's own part, as one line. */
export function words({ text }: Answer): string {
  const main = text.slice(text.indexOf('<main'), text.indexOf('</main>'));
  return main
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')
    .trim();
}

/** Where the answer leads. */
export const leadsTo = ({ status, headers }: Answer): string => `${status} ${headers.location}`;
