import type { OutgoingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import { planOf } from '../../src/ledger/index.ts';
import type { Web } from '../../src/web/index.ts';
import { FORM_END, FORM_TYPE, fieldPart, filePart } from './multipart.ts';
import { type Answer, ask, newCsv } from './site.ts';

const FORM = 'application/x-www-form-urlencoded';

type Fields = Record<string, string | string[]>;

/**
 * Posts a form like a browser without scripts. What it showed is named as on its page now, unless
 * `fields` name it: those of `formOn` are of an older page.
 */
export async function press(
  site: Web,
  path: string,
  fields: Fields = {},
  headers: OutgoingHttpHeaders = {},
): Promise<Answer> {
  const page = 'seen' in fields ? undefined : pageOf(path);
  const shown = page === undefined ? {} : await formOn(site, page, path, { headers, ...fields });
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...shown, ...fields })) {
    for (const each of [value].flat()) body.append(name, each);
  }
  return ask(site, path, {
    method: 'POST',
    headers: { 'content-type': FORM, origin: site.url, ...headers },
    body: body.toString(),
  });
}

/** The page that has the form; undefined: what it shows has no name. */
function pageOf(path: string): string | undefined {
  const [, place, which, way] = /^\/(plans|unknown|approvals)\/(\d+)\/(\w+)$/.exec(path) ?? [];
  if (place === 'plans') return `/plans/${which}`;
  if (place === 'approvals') return '/approvals';
  if (way === 'undo') return `/unknown?plan=${planOf(Number(which))}`;
  if (place === 'unknown') return `/unknown?order=${which}`;
  return /^(.*\/lost-plans)\/dismiss$/.exec(path)?.[1];
}

/** The hidden fields of a form on that page; of several, of the one for `file`. */
export async function formOn(
  site: Web,
  page: string,
  action: string,
  { headers = {}, file }: { headers?: OutgoingHttpHeaders; file?: unknown } = {},
): Promise<Record<string, string>> {
  const { cookie, authorization } = headers;
  const asking = { accept: 'text/html', ...(cookie && { cookie }) };
  const sent = authorization ? { ...asking, authorization } : asking;
  const { text } = await ask(site, page, { headers: sent });
  const forms = [...text.matchAll(/<form[^>]* action="([^"]*)"[^>]*>(.*?)<\/form>/gs)]
    .filter(([, its]) => its === action)
    .map(([, , content = '']) => content.matchAll(HIDDEN))
    .map((fields) => Object.fromEntries([...fields].map(([, name, value]) => [name!, value!])));
  return forms.find((form) => file === undefined || form.file === file) ?? {};
}

const HIDDEN = /<input type="hidden" name="([^"]*)" value="([^"]*)">/g;

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

/** The box beside the objections of a refused form, ticked. */
export const ticked = ({ text }: Answer) => ({
  againstEvidence: /name="againstEvidence" value="([^"]*)"/.exec(text)?.[1] ?? '',
});

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
