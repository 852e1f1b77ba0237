import type { OutgoingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import type { Web } from '../../src/web/index.ts';
import { FORM_END, FORM_TYPE, fieldPart, filePart } from './multipart.ts';
import { type Answer, ask, newCsv } from './site.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Posts a form like a browser without scripts. */
export function press(
  site: Web,
  path: string,
  fields: Record<string, string | string[]> = {},
  headers: OutgoingHttpHeaders = {},
): Promise<Answer> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) body.append(name, each);
  }
  return ask(site, path, {
    method: 'POST',
    headers: { 'content-type': FORM, origin: site.url, ...headers },
    body: body.toString(),
  });
}

/** Posts the form of a new plan with this file. */
export function upload(
  site: Web,
  {
    name,
    csv,
    account,
    keepTrying,
  }: { name: string; csv: string; account?: string; keepTrying?: string },
): Promise<Answer> {
  const typed = Object.entries({ account, keepTrying });
  const fields = typed.map(([field, value]) => (value ? fieldPart(field, value) : '')).join('');
  // Browsers percent-encode a quote in a file's name.
  const body = fields + filePart(csv, name.replaceAll('"', '%22')) + FORM_END;
  const headers = { 'content-type': FORM_TYPE, origin: site.url };
  return ask(site, '/plans', { method: 'POST', headers, body });
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

/** What a reader sees at an address. */
export const read = async (site: Web, path: string): Promise<string> =>
  words(await ask(site, path));

/** Where the answer leads. */
export const leadsTo = ({ status, headers }: Answer): string => `${status} ${headers.location}`;

/** Stores a plan over the page; returns its id. */
export async function stored(site: Web, csv = newCsv()): Promise<number> {
  const answer = await upload(site, { name: 'plan.csv', csv, account: 'sandbox' });
  expect(leadsTo(answer)).toMatch(/^303 \/plans\/\d+$/);
  return Number(answer.headers.location?.split('/').at(-1));
}
