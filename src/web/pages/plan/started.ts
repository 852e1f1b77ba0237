import {
  areaSums,
  keeping,
  linePage,
  ordersOf,
  type Progress,
  planPauses,
  planProgress,
  recentCost,
  substitutes,
  withheldNumbers,
} from '../../../ledger/index.ts';
import type { ObservedPlan } from '../../../obstacles/index.ts';
import type { WebContext } from '../../context.ts';
import { type Html, html } from '../html.ts';
import { chart } from './chart.ts';
import { courseOf, type Pause, pausesBetween } from './course.ts';
import { filesCard } from './files.ts';
import { linesCard } from './lines.ts';
import type { Situation } from './notes.ts';
import { progressCard } from './progress.ts';
import type { Query } from './query.ts';
import { regionsCard } from './regions.ts';

const LINES_PER_PAGE = 50;

/** The sums are read from each order: of a larger plan that takes too long for a page. */
const SUMMED_MAX = 50_000;

/** The page is loaded again and again. While a large plan runs, its sums may be seconds old. */
const keptAreaSums = keeping((ledger, { id }) => areaSums(ledger, id));

/** The page of a started plan. `happened` precedes the lines, which are long on a phone. */
export async function startedPart(
  { ledger, numbering }: WebContext,
  { plan, inFlight, now }: Situation,
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
  return html`${progressCard({ plan, cost, inFlight, now, course, pauses })}
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
