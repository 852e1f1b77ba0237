import type { PlanDocument } from '../../../ledger/index.ts';
import { missingOf } from '../components/bar.ts';
import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

/**
 * The six result files. They are made while they are downloaded, so their sizes are not
 * known. `withheld` is how many numbers are missing and may have been bought all the same.
 */
export function filesCard(plan: PlanDocument, withheld: number): Html {
  const lacking = missingOf(plan) + plan.cancelled - withheld;
  const files = [
    ['numbers.csv', `${counted(plan.bought, 'row')}, one for each number`],
    ['lines.csv', `${counted(plan.lines, 'row')}, every line and what became of it`],
    ['remainder.csv', `${counted(lacking, 'number')} not bought, ready to upload again`],
    [
      'unknown.csv',
      `${counted(plan.unknownOrders, 'order')} that ${plan.unknownOrders === 1 ? 'needs' : 'need'} a person`,
    ],
    ['surplus.csv', `${counted(plan.surplus, 'number')} that the vendor named and no order has`],
    ['summary.json', 'totals, times and checksums'],
  ] as const;
  return html`<section class="card" aria-labelledby="files-h" id="files" data-part="files">
  <header><h2 id="files-h">Result files</h2><span class="muted small">${finality(plan)}</span></header>
  <ul class="files">${files.map(
    ([name, says]) =>
      html`<li><a href="/api/plans/${plan.id}/${name}" download="plan-${plan.id}-${name}">${name}</a><span class="d">${says}</span></li>`,
  )}</ul>
</section>`;
}

/** Settling an order that is unknown changes every one of them. */
function finality({ endedAt, unknownOrders }: PlanDocument): string {
  if (endedAt === null) return 'as of now, not final';
  return unknownOrders === 0 ? 'final' : 'not final while orders are unknown';
}
