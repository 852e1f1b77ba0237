import { type AreaSum, ordersOf, type PlanDocument } from '../../../ledger/index.ts';
import type { Numbering } from '../../../numbering/index.ts';
import { sideBySide } from '../components/bar.ts';
import { count, counted, quiet } from '../components/numbers.ts';
import { heading, numberHeading } from '../components/table.ts';
import { type Html, html } from '../html.ts';

const SHOWN = 20;
const CODES_SHOWN = 6;

type Sum = Omit<AreaSum, 'areaCode'>;
type Region = Sum & { name: string; codes: string[] };

/** What came from which state or province, and what is missing there. `sums` null: too many. */
export function regionsCard(
  plan: PlanDocument,
  sums: AreaSum[] | null,
  numbering: Numbering,
): Html | null {
  if (sums?.length === 0) return null;
  const content = sums === null ? tooMany(plan) : regionTable(regionsOf(sums, numbering));
  return html`<section class="card" aria-labelledby="regions-h" id="regions">
  <header><h2 id="regions-h">By region</h2>
    <span class="muted small">by the area codes of the orders</span></header>
  <div data-part="regions">${content}</div>
</section>`;
}

function tooMany(plan: PlanDocument): Html {
  return html`<p class="body muted">Not shown for a plan of ${counted(ordersOf(plan), 'order')}:
    it takes too long. The column “region” of numbers.csv has it.</p>`;
}

function regionTable(regions: Region[]): Html {
  const most = Math.max(...regions.map(wholeOf));
  const left = regions.slice(SHOWN);
  return html`<table id="regions-table">
    <thead><tr>
      ${heading('Region')}${['Exact', 'Substituted', 'Missing'].map(numberHeading)}
      <td class="wide"></td>
    </tr></thead>
    <tbody>${regions.slice(0, SHOWN).map((region) => regionRow(region, most))}</tbody>
  </table>
  ${left.length > 0 && rest(left)}`;
}

function regionRow(region: Region, most: number): Html {
  const { name, codes, exact, substituted, missing } = region;
  return html`<tr>
    <th scope="row">${name} <span class="muted small">${codeWords(codes)}</span></th>
    <td class="n">${quiet(exact)}</td><td class="n">${quiet(substituted)}</td>
    <td class="n">${quiet(missing, 'c-missing')}</td>
    <td class="wide">${regionBar(region, most)}</td>
  </tr>`;
}

function codeWords(codes: string[]): string {
  const more = codes.length - CODES_SHOWN;
  return [...codes.slice(0, CODES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
}

/** As long as its part of the largest region. The figures beside it say the same. */
function regionBar(region: Region, most: number): Html {
  const parts = (['exact', 'substituted', 'missing'] as const).map(
    (part): [typeof part, number] => [part, (region[part] / most) * 100],
  );
  return html`<svg class="bar" aria-hidden="true">${sideBySide(parts)}</svg>`;
}

function rest(regions: Region[]): Html {
  const bought = regions.reduce((sum, { exact, substituted }) => sum + exact + substituted, 0);
  const missing = regions.reduce((sum, region) => sum + region.missing, 0);
  return html`<p class="foot">And ${counted(regions.length, 'more region')}, with
    ${count(bought)} bought and ${count(missing)} missing.</p>`;
}

/** Most numbers first. */
function regionsOf(sums: AreaSum[], numbering: Numbering): Region[] {
  const byName = Map.groupBy(sums, ({ areaCode }) => nameOf(areaCode, numbering));
  const add = (some: AreaSum[], what: keyof Sum) => some.reduce((sum, each) => sum + each[what], 0);
  return [...byName]
    .map(([name, some]) => ({
      name,
      codes: some.flatMap(({ areaCode }) => areaCode ?? []),
      exact: add(some, 'exact'),
      substituted: add(some, 'substituted'),
      missing: add(some, 'missing'),
    }))
    .sort((a, b) => wholeOf(b) - wholeOf(a) || a.name.localeCompare(b.name, 'en'));
}

function nameOf(areaCode: string | null, numbering: Numbering): string {
  if (areaCode === null) return 'Toll-free';
  return numbering.describe(areaCode) ?? 'Not assigned';
}

const wholeOf = ({ exact, substituted, missing }: Sum): number => exact + substituted + missing;
