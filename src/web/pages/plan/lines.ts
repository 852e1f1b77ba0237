import type { LineFilter, LinePage, LineResult, PlanDocument } from '../../../ledger/index.ts';
import { missingOf } from '../components/bar.ts';
import { areaCell, typeName } from '../components/line-words.ts';
import { count, counted, quiet } from '../components/numbers.ts';
import { withoutCodes } from '../components/told.ts';
import { type Html, html } from '../html.ts';

export type LinesShown = {
  filter: LineFilter;
  search: string;
  /** Whether it is the first page. */
  isFirst: boolean;
  page: LinePage;
};

const FILTERS = [
  ['all', 'All'],
  ['missing', 'Missing'],
  ['unknown', 'Unknown'],
  ['waiting', 'Waiting'],
] as const;

const NOTHING: Record<LineFilter, string> = {
  all: 'This plan has no line beyond that one.',
  missing: 'No line is missing anything.',
  unknown: 'Nothing is unknown.',
  waiting: 'Nothing is waiting.',
};

/** The plan line by line: one page of it, whatever its size. */
export function linesCard(plan: PlanDocument, shown: LinesShown): Html {
  const { filter, search, page } = shown;
  const url = `/plans/${plan.id}`;
  const isCancelledToo = plan.cancelled > 0;
  return html`<section class="card" aria-labelledby="lines-h" id="lines">
  <header><h2 id="lines-h" tabindex="-1">Lines</h2>
    <div class="chips" data-part="chips">${FILTERS.map(([name, words]) =>
      chip(
        plan,
        shown,
        name,
        name === 'missing' && isCancelledToo ? 'Missing or cancelled' : words,
      ),
    )}</div>
    <form class="search" role="search" action="${url}#lines"><label class="sr" for="lq">Find a line by number or area code</label>${filter !== 'all' && html`<input type="hidden" name="filter" value="${filter}">`}<input type="search" id="lq" name="q" value="${search}" placeholder="Line or area code"><kbd aria-hidden="true">/</kbd></form></header>
  <table class="fold" id="lines-table">
    <thead><tr><th scope="col" class="n">Line</th><th scope="col">Area code</th><th scope="col">Type</th><th scope="col" class="n">Asked</th><th scope="col" class="n">Bought</th><th scope="col" class="n">Missing</th><th scope="col" class="n">Unknown</th><th scope="col" class="n">Waiting</th>${isCancelledToo && html`<th scope="col" class="n">Cancelled</th>`}<th scope="col">What happened</th></tr></thead>
    <tbody data-rows>${page.lines.length > 0 ? page.lines.map((line) => row(plan, line, isCancelledToo)) : empty(url, shown)}</tbody>
  </table>
  ${pager(plan, shown)}
</section>`;
}

function chip(plan: PlanDocument, { filter }: LinesShown, name: LineFilter, words: string): Html {
  const counts = {
    all: plan.lines,
    missing: missingOf(plan) + plan.cancelled,
    unknown: plan.unknown,
    waiting: plan.pending,
  };
  const n = counts[name];
  const target =
    name === 'all' ? `/plans/${plan.id}#lines` : `/plans/${plan.id}?filter=${name}#lines`;
  const [number, noun] = counted(n, name === 'all' ? 'line' : 'number').split(' ');
  return html`<a href="${target}"${name === filter && html` aria-current="true"`}>${words} <span>${number} <span class="noun">${noun}</span></span></a>`;
}

function empty(url: string, { filter, search }: LinesShown): Html {
  const says = search === '' ? NOTHING[filter] : html`No line matches “${search}”.`;
  return html`<tr><td class="full" colspan="10">${says} <a href="${url}#lines">Show all lines</a></td></tr>`;
}

function pager(plan: PlanDocument, { filter, search, isFirst, page }: LinesShown): Html {
  const url = (key: string, line: number) => {
    const query = new URLSearchParams();
    if (filter !== 'all') query.set('filter', filter);
    if (search !== '') query.set('q', search);
    query.set(key, String(line));
    return `/plans/${plan.id}?${query}#lines`;
  };
  const { lines, previous, next } = page;
  const [first, last] = [lines[0], lines.at(-1)];
  const range =
    isFirst && next === null && lines.length > 0
      ? `${counted(lines.length, 'line')}, all shown`
      : first &&
        last &&
        `Lines ${count(first.line)} to ${count(last.line)}, of ${count(plan.lines)} in the plan`;
  const step = (rel: string, words: string, key: string, line: number | null) =>
    line === null
      ? html`<span class="btn" aria-disabled="true">${words}</span>`
      : html`<a class="btn" rel="${rel}" href="${url(key, line)}">${words}</a>`;
  return html`<div class="foot"><span>${range}</span><span data-changed hidden><a href="">Some lines have changed their place. Show</a></span><span class="row">${step('prev', 'Previous', 'before', previous)}${step('next', 'Next', 'after', next)}</span></div>`;
}

function row(plan: PlanDocument, line: LineResult, isCancelledToo: boolean): Html {
  const cell = (name: string, n: number, tone = '') =>
    html`<td class="n" data-h="${name}">${quiet(n, tone)}</td>`;
  return html`<tr data-key="${line.line}"><th scope="row" class="n" data-h="Line">${count(line.line)}</th><td data-h="Area code">${areaCell(line.areaCode)}</td><td class="nowrap" data-h="Type">${typeName(line.type)}</td><td class="n" data-h="Asked">${count(line.requested)}</td>${cell('Bought', line.bought)}${cell('Missing', missingOf(line), 'c-missing')}${cell('Unknown', line.unknown, 'c-unknown')}${cell('Waiting', line.pending)}${isCancelledToo && cell('Cancelled', line.cancelled)}<td class="full">${whatHappened(plan, line)}</td></tr>`;
}

/** What most needs a person comes first; the vendor's words are kept as they are. */
function whatHappened(plan: PlanDocument, line: LineResult): Html {
  const said = line.reason ? html` <span class="muted">${withoutCodes(line.reason)}</span>` : null;
  const missing = missingOf(line);
  if (line.unknown > 0) {
    return html`<a class="c-unknown" href="/unknown?plan=${plan.id}">${count(line.unknown)} unknown.</a>${said}`;
  }
  if (missing > 0) {
    const still =
      line.pending > 0
        ? html` <span class="muted">${count(line.pending)} still waiting.</span>`
        : null;
    return html`<span class="c-missing">${count(missing)} missing.</span>${still}${said}`;
  }
  if (line.pending > 0) {
    return html`<span class="muted">${line.bought > 0 ? `${count(line.pending)} still waiting` : 'Waiting'}</span>`;
  }
  if (line.cancelled > 0)
    return html`<span class="muted">${count(line.cancelled)} cancelled</span>`;
  return html`<span class="c-bought">All bought</span>${said}`;
}
