import type { Progress } from '../../../ledger/index.ts';
import { count, pace } from '../components/numbers.ts';
import { clock, elapsed } from '../components/times.ts';
import { type Html, html } from '../html.ts';
import type { Pause } from './course.ts';

type Step = ReturnType<typeof stepsOf>[number];

const BARS_HIGH = 96;
/** The widest bar, in per cent of the time shown: a few bars must not fill the chart. */
const WIDEST = 8;
/** What is not zero must not look like zero, least of all what is unknown. */
const LEAST_HIGH = { bought: 3, missing: 3, unknown: 7 };

/**
 * Orders answered a second, by what became of their numbers, above the numbers bought so far.
 * `rate` is the pace; null when none is set, undefined to leave it out: an account's pace may have
 * changed since a plan ended.
 */
export function chart(
  samples: Progress[],
  rate: number | null | undefined,
  pauses: Pause[] = [],
): Html {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < 2 || last.orders === 0) return EMPTY;
  const x = timeScale(first.at, last.at);
  const steps = stepsOf(samples, x);
  const most = Math.max(...steps.map((step) => step.perSecond));
  const top = nice(Math.max((rate ?? 0) * 1.15 || 1, most));
  const y = (perSecond: number) => BARS_HIGH - (perSecond / top) * BARS_HIGH;
  const took = elapsed(last.at.getTime() - first.at.getTime());
  const label =
    `Orders answered a second over ${took}: ${count(last.orders)} in all, ` +
    `at most ${pace(most)} a second${paceSet(rate)}. ${count(last.unknown)} numbers unknown.`;
  const middle = new Date((first.at.getTime() + last.at.getTime()) / 2);
  return html`<figure class="chart">
  <figcaption class="cap"><b>Orders answered</b><span class="muted">a second</span></figcaption>
  ${scale(pace(top), pace(top / 2))}
  <svg height="${BARS_HIGH}" role="img" aria-label="${label}">
    ${gridLine(0.5)}${gridLine(BARS_HIGH / 2)}
    ${pauses.map((pause) => shade(pause, x))}${steps.map((step) => column(step, y))}
    ${paceLine(rate, y)}${gridLine(BARS_HIGH)}
  </svg>
  <div class="cap"><b>Numbers bought so far</b>
    <span class="muted">${count(last.bought)}</span></div>
  ${curve(samples, last.bought, x)}
  <div class="x" aria-hidden="true">
    <span>${clock(first.at)}</span><span>${clock(middle)}</span><span>${clock(last.at)}</span>
  </div>
</figure>`;
}

function scale(top: string, middle: string): Html {
  return html`<div class="y" aria-hidden="true">
    <span>${top}</span><span>${middle}</span><span>0</span></div>`;
}

function gridLine(y: number): Html {
  return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
}

/** The chart before the first answer, at its later size, so that nothing on the page jumps. */
const EMPTY = html`<figure class="chart">
  <figcaption class="cap"><b>Orders answered</b>
    <span class="muted">The first answers appear here.</span></figcaption>
  ${scale('–', '')}
  <svg height="${BARS_HIGH}" role="img" aria-label="No answers yet">
    ${[0.5, BARS_HIGH / 2, BARS_HIGH].map(gridLine)}
  </svg>
</figure>`;

function paceSet(rate: number | null | undefined): string {
  if (rate === undefined) return '';
  return rate === null ? ', no pace set' : `, pace set to ${pace(rate)}`;
}

function paceLine(rate: number | null | undefined, y: (perSecond: number) => number): Html | null {
  if (rate === null || rate === undefined) return null;
  const at = y(rate).toFixed(1);
  return html`<line class="pace" x1="0" x2="100%" y1="${at}" y2="${at}"/>`;
}

/** Where a moment is, in per cent of the time shown. */
type TimeScale = (at: Date) => number;

function timeScale(first: Date, last: Date): TimeScale {
  const span = Math.max(1, last.getTime() - first.getTime());
  return (at) => ((at.getTime() - first.getTime()) / span) * 100;
}

function stepsOf(samples: Progress[], x: TimeScale) {
  return samples.slice(1).map((sample, at) => {
    const before = samples[at]!;
    const ms = Math.max(1, sample.at.getTime() - before.at.getTime());
    // Settling an unknown order makes a count smaller, which is no answer.
    const grown = (name: Exclude<keyof Progress, 'at'>) => Math.max(0, sample[name] - before[name]);
    const [bought, missing, unknown] = [grown('bought'), grown('missing'), grown('unknown')];
    const answered = bought + missing + unknown;
    // Cancelled orders are no longer pending either, but have no answer.
    const share = answered / Math.max(1, answered + grown('cancelled'));
    return {
      x: x(before.at),
      width: x(sample.at) - x(before.at),
      perSecond: ((grown('orders') * share) / ms) * 1000,
      bought,
      missing,
      unknown,
    };
  });
}

/** Sets a pause apart from a time without answers. */
function shade({ from, to }: Pause, x: TimeScale): Html | null {
  const [start, end] = [from, to].map((at) => Math.min(100, Math.max(0, x(at)))) as [
    number,
    number,
  ];
  if (end <= start) return null;
  return html`<rect class="paused" x="${start.toFixed(2)}%" width="${(end - start).toFixed(2)}%"
    y="0" height="${BARS_HIGH}"/>`;
}

function column(step: Step, y: (perSecond: number) => number): Html[] {
  const whole = step.bought + step.missing + step.unknown;
  if (whole === 0 || step.perSecond === 0) return [];
  const high = BARS_HIGH - y(step.perSecond);
  const gap = Math.max(Math.min(0.36, step.width / 5), step.width - WIDEST);
  let top = BARS_HIGH;
  return (['bought', 'missing', 'unknown'] as const).flatMap((name) => {
    if (step[name] === 0) return [];
    const height = Math.max(LEAST_HIGH[name], (step[name] / whole) * high);
    top -= height;
    const fill = name === 'unknown' ? html` fill="url(#hatch)"` : html` class="s-${name}"`;
    return html`<rect${fill} x="${(step.x + gap / 2).toFixed(2)}%"
      y="${Math.max(0, top).toFixed(1)}" width="${(step.width - gap).toFixed(2)}%"
      height="${height.toFixed(1)}"/>`;
  });
}

function curve(samples: Progress[], all: number, x: TimeScale): Html {
  const top = nice(Math.max(1, all));
  const points = samples.map(
    ({ at, bought }) => `L${x(at).toFixed(1)} ${(100 - (bought / top) * 100).toFixed(1)}`,
  );
  const line = points.join(' ').replace('L', 'M');
  return html`${scale(short(top), short(top / 2))}
  <svg height="64" viewBox="0 0 100 100" preserveAspectRatio="none" role="img"
    aria-label="Numbers bought so far: ${count(all)}">
    <path class="area" d="M0 100 ${points.join(' ')} L100 100Z"/><path class="curve" d="${line}"/>
  </svg>`;
}

/** The next round number above: 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten. */
function nice(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

function short(n: number): string {
  if (n >= 1_000_000) return `${n / 1_000_000}m`;
  return n >= 1000 ? `${n / 1000}k` : String(n);
}
