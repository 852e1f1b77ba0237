import { exactOf, missingOf, type PlanDocument } from '../../../ledger/index.ts';
import { type Html, html } from '../html.ts';
import { count } from './numbers.ts';

type Shares = ReturnType<typeof sharesOf>;

/** What became of the numbers of a plan: these add up to what was asked for. */
export function sharesOf(plan: PlanDocument) {
  return {
    exact: exactOf(plan),
    substituted: plan.substituted,
    missing: missingOf(plan),
    unknown: plan.unknown,
    pending: plan.pending,
    cancelled: plan.cancelled,
  };
}

/** The narrowest part, in per cent of the whole: what is not zero must not look like zero. */
const LEAST = 0.7;
const ORDER = ['exact', 'substituted', 'missing', 'unknown', 'pending', 'cancelled'] as const;

export function bar(shares: Shares, isBig = false): Html {
  const widths = barWidths(ORDER.map((name) => shares[name]));
  const parts = sideBySide(ORDER.map((name, at) => [name, widths[at]!]));
  const label = ORDER.filter((name) => shares[name] > 0 || name === 'exact')
    .map((name) => `${count(shares[name])} ${wordOf(name, shares)}`)
    .join(', ');
  const size = isBig ? ' big' : '';
  const edge = shares.cancelled > 0 ? ' edged' : '';
  return html`<svg class="bar${size}${edge}" role="img" aria-label="${label}">${parts}</svg>`;
}

/** Drawn with attributes in per cent: the page's policy forbids inline styles. */
export function sideBySide(parts: [name: keyof Shares, width: number][]): Html[] {
  let x = 0;
  return parts.map(([name, width]) => {
    const from = x;
    x += width;
    const fill = name === 'unknown' && html` fill="url(#hatch)"`;
    return html`<rect class="s-${name}"${fill} x="${rounded(from)}%" width="${rounded(width)}%"
      height="100%"/>`;
  });
}

/** All that is bought is exact, as long as nothing is substituted. */
function wordOf(name: keyof Shares, { substituted }: Shares): string {
  return name === 'exact' && substituted === 0 ? 'bought' : name;
}

/** Widths in per cent that add up to 100; each part that is not zero has at least a sliver. */
export function barWidths(parts: number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (whole === 0) return parts.map(() => 0);
  const shares = parts.map((part) => (part === 0 ? 0 : Math.max(LEAST, (part / whole) * 100)));
  const excess = shares.reduce((sum, share) => sum + share, 0) - 100;
  const largest = shares.indexOf(Math.max(...shares));
  return shares.map((share, at) => (at === largest ? share - excess : share));
}

const rounded = (n: number) => Number(n.toFixed(2));
