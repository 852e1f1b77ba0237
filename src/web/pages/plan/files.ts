import { missingOf, type PlanDocument } from '../../../ledger/index.ts';
import { counted } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

/**
 * The six result files. Each is made during its download, so its size is not known. `withheld`
 * numbers are missing but may have been bought, so the remainder leaves them out.
 */
export function filesCard(plan: PlanDocument, withheld: number): Html {
  const { bought, lines, unknownOrders, surplus } = plan;
  const lacking = missingOf(plan) + plan.cancelled - withheld;
  const need = unknownOrders === 1 ? 'needs' : 'need';
  const files = [
    ['numbers.csv', `${counted(bought, 'row')}, one for each number`],
    ['lines.csv', `${counted(lines, 'row')}, every line and what became of it`],
    ['remainder.csv', `${counted(lacking, 'number')} not bought, ready to upload again`],
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
