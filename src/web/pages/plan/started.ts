import {
  areaSums,
  cachedSums,
  linePage,
  missingOf,
  ordersOf,
  type PlanDocument,
  type Progress,
  planPauses,
  planProgress,
  recentCost,
  substitutes,
  withheldNumbers,
} from '../../../ledger/index.ts';
import type { ObservedPlan } from '../../../obstacles/index.ts';
import type { WebContext } from '../../context.ts';
import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { chart } from './chart.ts';
import { courseOf, type Pause, pausesBetween } from './course.ts';
import { linesCard, type Query } from './lines.ts';
import type { Situation } from './notes.ts';
import { progressCard } from './progress.ts';
import { regionsCard } from './regions.ts';

const LINES_PER_PAGE = 50;

/** The sums are read from each order: of a larger plan that takes too long for a page. */
const SUMMED_MAX = 50_000;

/** The page is loaded again and again. While a large plan runs, its sums may be seconds old. */
const keptAreaSums = cachedSums((ledger, { id }) => areaSums(ledger, id));

/** The page of a started plan. `happened` precedes the lines, which are long on a phone. */
export async function startedPart(
  { ledger, numbering }: WebContext,
  { plan, isAccountPaused, inFlight, now }: Situation,
  { filter, q: search, after, before }: Query,
  happened: Html,
): Promise<Html> {
  const [samples, toggles, page, withheld, places, cost] = await Promise.all([
    planProgress(ledger, plan.id),
    planPauses(ledger, plan.id),
    linePage(ledger, plan.id, { filter, search, after, before, limit: LINES_PER_PAGE }),
    withheldNumbers(ledger, plan.id),
    ordersOf(plan) > SUMMED_MAX ? null : keptAreaSums(ledger, plan),
    recentCost(ledger, plan),
  ]);
  const instead = page.lines.filter(({ substituted }) => substituted > 0).map(({ line }) => line);
  const shown = {
    ...{ filter, search, page, isFirst: page.previous === null },
    substitutes: instead.length > 0 ? await substitutes(ledger, plan.id, instead) : [],
  };
  const course = courseOf(plan, samples, now);
  const pauses = plan.startedAt ? pausesBetween(toggles, plan.startedAt, plan.endedAt ?? now) : [];
  const withheldSum = [...withheld.values()].reduce((sum, n) => sum + n, 0);
  return html`${progressCard({ plan, isAccountPaused, cost, inFlight, now, course, pauses })}
<div class="cols">
  ${plan.startedAt && chartCard(plan, course, pauses)}
  ${filesCard(plan, withheldSum)}
</div>
${regionsCard(plan, places, numbering)}
${happened}
${linesCard(plan, shown)}`;
}

function chartCard({ rate, endedAt }: ObservedPlan, course: Progress[], pauses: Pause[]): Html {
  const keys = [
    ['bought', 'bought'],
    ['missing', 'missing'],
    ['unknown', 'unknown'],
    ...(pauses.length > 0 ? [['paused', 'paused']] : []),
    ...(rate !== null && endedAt === null ? [['line', 'pace set']] : []),
  ];
  const legend = keys.map(([key, words]) => html`<span><i class="key ${key}"></i>${words}</span>`);
  return html`<section class="card" aria-labelledby="time-h" id="chart">
    <header><h2 id="time-h">Over time</h2><span class="legend small">${legend}</span></header>
    <div class="body" data-part="chart">${chart(course, endedAt ? undefined : rate, pauses)}</div>
  </section>`;
}

/**
 * The six result files. Each is made during its download, so its size is not known. `withheld`
 * numbers are missing but may have been bought, so the remainder leaves them out.
 */
function filesCard(plan: PlanDocument, withheld: number): Html {
  const { bought, lines, unknownOrders, surplus } = plan;
  const lacking = missingOf(plan) + plan.cancelled - withheld;
  const then = plan.endedAt ? 'not bought, ready to upload again' : 'missing so far';
  const need = unknownOrders === 1 ? 'needs' : 'need';
  const files = [
    ['numbers.csv', `${counted(bought, 'row')}, one for each number`],
    ['lines.csv', `${counted(lines, 'row')}, every line and what became of it`],
    ['remainder.csv', `${counted(lacking, 'number')} ${then}`],
    ['unknown.csv', `${counted(unknownOrders, 'order')} that ${need} a person`],
    [
      'surplus.csv',
      `${counted(surplus, 'number')} that the vendor named and its order does not have`,
    ],
    ['summary.json', 'totals, times and checksums'],
  ] as const;
  return html`<section class="card" aria-labelledby="files-h" id="files" data-part="files">
  <header><h2 id="files-h">Result files</h2>
    <span class="muted small">${finality(plan)}</span></header>
  <ul class="files">${files.map(([name, says]) => fileRow(plan, name, says))}</ul>
</section>`;
}

function fileRow({ id }: PlanDocument, name: string, says: string): Html {
  const link = html`<a href="/api/plans/${id}/${name}" download="plan-${id}-${name}">${name}</a>`;
  return html`<li>${link}<span class="d">${says}</span></li>`;
}

/** Settling an unknown order changes every file. */
function finality({ endedAt, unknownOrders }: PlanDocument): string {
  if (endedAt === null) return 'as of now, not final';
  return unknownOrders === 0 ? 'final' : 'not final while orders are unknown';
}
