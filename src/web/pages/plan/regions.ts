import { listed } from '../../../english.ts';
import { AREA_PARTS, type AreaSum, ordersOf, type PlanDocument } from '../../../ledger/index.ts';
import type { Numbering } from '../../../numbering/index.ts';
import { barWidths, sideBySide } from '../components/bar.ts';
import { count, counted, quiet } from '../components/numbers.ts';
import { heading, numberCell, numberHeading } from '../components/table.ts';
import { type Html, html } from '../html.ts';

const SHOWN = 20;
const CODES_SHOWN = 6;

type Sum = Omit<AreaSum, 'areaCode'>;
type Part = keyof Sum;
type Region = Sum & { name: string; codes: string[] };

/** What came from which state or province, and what did not. `sums` null: too many. */
export function regionsCard(
  plan: PlanDocument,
  sums: AreaSum[] | null,
  numbering: Numbering,
): Html | null {
  if (sums?.length === 0) return null;
  const content = sums === null ? tooMany(plan) : regionTable(regionsOf(sums, numbering));
  return html`<section class="card" aria-labelledby="regions-h" id="regions">
  <header><h2 id="regions-h">By region</h2>
    <span class="muted small">by the area codes of the orders; open: unknown or
      pending</span></header>
  <div data-part="regions">${content}</div>
</section>`;
}

function tooMany(plan: PlanDocument): Html {
  return html`<p class="body muted">Not shown for a plan of ${counted(ordersOf(plan), 'order')}:
    it takes too long. The column “region” of numbers.csv has it.</p>`;
}

function regionTable(regions: Region[]): Html {
  const left = regions.slice(SHOWN);
  const parts = AREA_PARTS.filter((part) => part !== 'cancelled' || totalOf(regions, part) > 0);
  return html`<table class="fold" id="regions-table">
    <thead><tr>
      ${heading('Region')}${parts.map((part) => numberHeading(capitalised(part)))}
      <td class="wide"></td>
    </tr></thead>
    <tbody>${regions.slice(0, SHOWN).map((region) => regionRow(region, parts))}</tbody>
  </table>
  ${left.length > 0 && rest(left, parts)}`;
}

function regionRow(region: Region, parts: Part[]): Html {
  const { name, codes } = region;
  const quietOf = (part: Part) => quiet(region[part], part === 'missing' ? 'c-missing' : '');
  return html`<tr>
    <th scope="row" class="full">${name} <span class="muted small">${codeWords(codes)}</span></th>
    ${parts.map((part) => numberCell(capitalised(part), quietOf(part)))}
    <td class="wide">${regionBar(region)}</td>
  </tr>`;
}

function codeWords(codes: string[]): string {
  const more = codes.length - CODES_SHOWN;
  return [...codes.slice(0, CODES_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
}

/** Of the region's own whole: nothing but what is open has the colour of what is pending. */
function regionBar(region: Region): Html {
  const widths = barWidths(AREA_PARTS.map((part) => region[part]));
  const parts = AREA_PARTS.map((part, at): [Drawn, number] => [
    part === 'open' ? 'pending' : part,
    widths[at]!,
  ]);
  const edge = region.cancelled > 0 ? ' edged' : '';
  return html`<svg class="bar${edge}" aria-hidden="true">${sideBySide(parts)}</svg>`;
}

type Drawn = Exclude<Part, 'open'> | 'pending';

function rest(regions: Region[], parts: Part[]): Html {
  const sums = parts.map((part) => `${count(totalOf(regions, part))} ${part}`);
  return html`<p class="foot">And ${counted(regions.length, 'more region')}: ${listed(sums)}.</p>`;
}

/** Most numbers first. */
function regionsOf(sums: AreaSum[], numbering: Numbering): Region[] {
  const byName = Map.groupBy(sums, ({ areaCode }) => nameOf(areaCode, numbering));
  return [...byName]
    .map(([name, some]) => ({
      name,
      codes: some.flatMap(({ areaCode }) => areaCode ?? []),
      ...(Object.fromEntries(AREA_PARTS.map((part) => [part, totalOf(some, part)])) as Sum),
    }))
    .sort((a, b) => wholeOf(b) - wholeOf(a) || a.name.localeCompare(b.name, 'en'));
}

const capitalised = (part: Part) => part.charAt(0).toUpperCase() + part.slice(1);

const totalOf = (some: Sum[], part: Part) => some.reduce((sum, each) => sum + each[part], 0);

function nameOf(areaCode: string | null, numbering: Numbering): string {
  if (areaCode === null) return 'Toll-free';
  return numbering.describe(areaCode) ?? 'Not assigned';
}

const wholeOf = (of: Sum): number => AREA_PARTS.reduce((sum, part) => sum + of[part], 0);
