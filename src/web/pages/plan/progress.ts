import { exactOf, missingOf, type PlanDocument } from '../../../ledger/index.ts';
import { bar, sharesOf } from '../components/bar.ts';
import { count, counted, percent, quiet } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';
import { figures, type ProgressShown } from './figures.ts';

/** The bar, the sum below it (invariant "it adds up"), and figures on pace and time. */
export function progressCard(moving: ProgressShown): Html {
  const { plan } = moving;
  return html`<section class="card" id="progress-card" data-part="progress"
  aria-labelledby="prog-h">
  <h2 class="sr" id="prog-h">Progress</h2>
  <div class="pad">${bar(sharesOf(plan), true)}</div>
  <dl class="sum" id="sum">${sum(plan)}</dl>
  <dl class="stats">${figures(moving)}</dl>
</section>`;
}

function sum(plan: PlanDocument): Html[] {
  const url = `/plans/${plan.id}`;
  const missing = link(missingOf(plan), `${url}?filter=missing#lines`, 'missing');
  const unknown = link(plan.unknown, `/unknown?plan=${plan.id}`, 'unknown');
  const pending = link(plan.pending, `${url}?filter=waiting#lines`, 'pending');
  const inOrders = (n: number) => (n > 0 ? `in ${counted(n, 'order')}` : '');
  const parts = [
    part('Asked for', null, figure(plan.requested, 'requested'), 'numbers'),
    part('Bought', 'bought', figure(plan.bought, 'bought'), boughtWords(plan)),
    part('Missing', 'missing', missing, missingWords(plan)),
    part('Unknown', 'unknown', unknown, inOrders(plan.unknownOrders)),
    part('Pending', 'pending', pending, inOrders(plan.pendingOrders)),
  ];
  if (plan.cancelled === 0) return parts;
  const cancelled = figure(plan.cancelled, 'cancelled');
  return [...parts, part('Cancelled', 'hollow', cancelled, 'will not be bought')];
}

function part(name: string, key: string | null, n: Html, below: string): Html {
  return html`
    <div><dt>${key && html`<i class="key ${key}"></i>`}${name}</dt>
      <dd>${n}<small>${below}</small></dd></div>`;
}

function figure(n: number, name: string): Html {
  return html`<span data-figure="${name}">${count(n)}</span>`;
}

function link(n: number, href: string, name: string): Html {
  if (n === 0) return html`<span data-figure="${name}">${quiet(0)}</span>`;
  return html`<a href="${href}" data-figure="${name}">${count(n)}</a>`;
}

/** What came in place of what was asked for is told apart. */
function boughtWords(plan: PlanDocument): string {
  const { bought, requested, substituted } = plan;
  const share = percent(bought, requested);
  if (substituted === 0) return share;
  return `${share}: ${count(exactOf(plan))} exact, ${count(substituted)} substituted`;
}

function missingWords(plan: PlanDocument): string {
  const parts = [];
  if (plan.short > 0) parts.push(`${count(plan.short)} not in stock`);
  if (plan.refused > 0) parts.push(`${count(plan.refused)} refused`);
  if (plan.undelivered > 0) parts.push(`${count(plan.undelivered)} not sent`);
  return parts.join(', ');
}
