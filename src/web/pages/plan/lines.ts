import { z } from 'zod';
import {
  exactOf,
  INTEGER_MAX,
  type LineFilter,
  type LinePage,
  type LineResult,
  missingOf,
  type PlanDocument,
  type Substitute,
} from '../../../ledger/index.ts';
import { areaCell, typeName } from '../components/line-words.ts';
import { areaCode, count, counted, quiet } from '../components/numbers.ts';
import { pageText } from '../components/page-text.ts';
import {
  cell,
  heading,
  lineCell,
  numberCell,
  numberHeading,
  pageLink,
} from '../components/table.ts';
import { type Html, html } from '../html.ts';
import { typedId, typedText } from '../page-routes.ts';

type LinesShown = {
  filter: LineFilter;
  search: string;
  isFirst: boolean;
  page: LinePage;
  /** What these lines got in place of their own numbers. */
  substitutes: Substitute[];
};

const FILTERS = [
  ['all', 'All'],
  ['missing', 'Missing'],
  ['unknown', 'Unknown'],
  ['waiting', 'Pending'],
] as const;

const NOTHING: Record<LineFilter, string> = {
  all: 'This plan has no more lines.',
  missing: 'No line is missing anything.',
  unknown: 'Nothing is unknown.',
  waiting: 'Nothing is pending.',
};

export function linesCard(plan: PlanDocument, shown: LinesShown): Html {
  const { page, substitutes } = shown;
  const byLine = Map.groupBy(substitutes, ({ line }) => line);
  const rows = page.lines.map((line) => row(plan, line, byLine.get(line.line) ?? []));
  return html`<section class="card" aria-labelledby="lines-h" id="lines">
  <header><h2 id="lines-h" tabindex="-1">Lines</h2>
    <div class="chips" data-part="chips">${FILTERS.map((filter) => chip(plan, shown, filter))}</div>
    ${searchForm(plan, shown)}</header>
  <table class="fold" id="lines-table">
    <thead><tr>
      ${numberHeading('Line')}${heading('Area code')}${heading('Type')}
      ${['Asked', 'Bought', 'Missing', 'Unknown', 'Pending'].map(numberHeading)}
      ${plan.cancelled > 0 && numberHeading('Cancelled')}${heading('What happened')}
    </tr></thead>
    <tbody data-rows>${rows.length > 0 ? rows : empty(plan, shown)}</tbody>
  </table>
  ${pager(plan, shown)}
</section>`;
}

function searchForm({ id }: PlanDocument, { filter, search }: LinesShown): Html {
  return html`<form class="search" role="search" action="/plans/${id}#lines">
      <label class="sr" for="lq">Find a line by number or area code</label>
      ${filter !== 'all' && html`<input type="hidden" name="filter" value="${filter}">`}
      <input type="search" id="lq" name="q" value="${search}" placeholder="Line or area code">
      <kbd aria-hidden="true">/</kbd>
    </form>`;
}

function chip(
  plan: PlanDocument,
  { filter }: LinesShown,
  [name, label]: (typeof FILTERS)[number],
): Html {
  const counts = {
    all: plan.lines,
    missing: missingOf(plan) + plan.cancelled,
    unknown: plan.unknown,
    waiting: plan.pending,
  };
  const words = name === 'missing' && plan.cancelled > 0 ? 'Missing or cancelled' : label;
  const query = name === 'all' ? '' : `?filter=${name}`;
  const current = name === filter && html` aria-current="true"`;
  const [number, noun] = counted(counts[name], name === 'all' ? 'line' : 'number').split(' ');
  return html`<a href="/plans/${plan.id}${query}#lines"${current}>${words}
    <span>${number} <span class="noun">${noun}</span></span></a>`;
}

function empty({ id }: PlanDocument, { filter, search }: LinesShown): Html {
  const says = search === '' ? NOTHING[filter] : `No line matches “${search}”.`;
  return html`<tr><td class="full" colspan="10">${says}
    <a href="/plans/${id}#lines">Show all lines</a></td></tr>`;
}

function pager(plan: PlanDocument, { filter, search, isFirst, page }: LinesShown): Html {
  const { lines, previous, next } = page;
  const url = (key: string, line: number | null) => {
    if (line === null) return null;
    const query = new URLSearchParams();
    if (filter !== 'all') query.set('filter', filter);
    if (search !== '') query.set('q', search);
    query.set(key, String(line));
    return `/plans/${plan.id}?${query}#lines`;
  };
  const [first, last] = [lines[0], lines.at(-1)];
  const range =
    isFirst && next === null && lines.length > 0
      ? `${counted(lines.length, 'line')}, all shown`
      : first &&
        last &&
        `Lines ${count(first.line)} to ${count(last.line)}, of ${count(plan.lines)} in the plan`;
  return html`<div class="foot">
    <span>${range}</span>
    <span data-changed hidden><a href="">The list has changed. Show it</a></span>
    <span class="row">${pageLink('prev', 'Previous', url('before', previous))}
      ${pageLink('next', 'Next', url('after', next))}</span>
  </div>`;
}

function row(plan: PlanDocument, line: LineResult, instead: Substitute[]): Html {
  return html`<tr data-key="${line.line}">
  ${lineCell(line.line)}${cell('Area code', areaCell(line.areaCode))}
  ${cell('Type', typeName(line.type), 'nowrap')}${numberCell('Asked', count(line.requested))}
  ${numberCell('Bought', quiet(line.bought))}
  ${numberCell('Missing', quiet(missingOf(line), 'c-missing'))}
  ${numberCell('Unknown', quiet(line.unknown, 'c-unknown'))}
  ${numberCell('Pending', quiet(line.pending))}
  ${plan.cancelled > 0 && numberCell('Cancelled', quiet(line.cancelled))}
  <td class="full">${whatHappened(plan, line, placesOf(line, instead))}</td>
</tr>`;
}

/** What most needs a person comes first. The vendor's words follow, without codes. */
function whatHappened(plan: PlanDocument, line: LineResult, places: string): Html {
  const said = line.reason ? html` <span class="muted">${pageText(line.reason)}</span>` : null;
  const missing = missingOf(line);
  if (line.unknown > 0) {
    const words = `${count(line.unknown)} unknown.`;
    return html`<a class="c-unknown" href="/unknown?plan=${plan.id}">${words}</a>${said}`;
  }
  if (missing > 0) {
    const pending = `${count(line.pending)} still pending.`;
    const still = line.pending > 0 ? html` <span class="muted">${pending}</span>` : null;
    const got = places && ` ${places}.`;
    return html`<span class="c-missing">${count(missing)} missing.</span>${got}${still}${said}`;
  }
  if (line.pending > 0) {
    const words = line.bought > 0 ? `${count(line.pending)} still pending` : 'Pending';
    return html`<span class="muted">${words}</span>`;
  }
  if (line.cancelled > 0)
    return html`<span class="muted">${count(line.cancelled)} cancelled</span>`;
  // What its first orders lacked has come from elsewhere.
  if (places !== '') return html`<span class="c-bought">All bought</span>: ${places}`;
  return html`<span class="c-bought">All bought</span>${said}`;
}

/** `12 exact, 8 in 332`: what came in place of what was asked for; '' when nothing did. */
function placesOf(line: LineResult, instead: Substitute[]): string {
  if (instead.length === 0) return '';
  const places = instead.map(
    ({ areaCode: code, numbers }) =>
      `${count(numbers)} ${code === null ? 'toll-free' : `in ${areaCode(code)}`}`,
  );
  return [`${count(exactOf(line))} exact`, ...places].join(', ');
}

const Line = z.coerce.number().int().nonnegative().max(INTEGER_MAX).optional().catch(undefined);

export const Query = z.object({
  filter: z.enum(['all', 'missing', 'unknown', 'waiting']).catch('all'),
  q: typedText(100),
  after: Line,
  before: Line,
  /** A page of the events before this one. */
  events: typedId(),
  said: z.string().catch(''),
});

export type Query = z.infer<typeof Query>;
