import { LACK_FOLLOWS } from '../../../fallback/index.ts';
import type {
  Accepted,
  ClearVerdict,
  NamedVerdict,
  PlanDocument,
  VerdictCounts,
} from '../../../ledger/index.ts';
import { hidden, signFields } from '../components/fields.ts';
import { areaOrType } from '../components/line-words.ts';
import { emptyCard, fault, note } from '../components/note.ts';
import { count, counted, phone } from '../components/numbers.ts';
import { withTimes } from '../components/page-text.ts';
import { cell, heading, numberCell, numberHeading } from '../components/table.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';

export type VerdictsShown = {
  verdicts: ClearVerdict[];
  /** Of all, also of those that this page has no room for. */
  counts: VerdictCounts;
  plan: PlanDocument | null;
  refused?: { fault: string; by: string; why: string } | undefined;
};

/** `/unknown/accept`: the clear verdicts, and one press for those that the page lists. */
export function acceptPage(visit: Visit, shown: VerdictsShown): string {
  const { verdicts, counts, plan } = shown;
  const total = counts.bought + counts.nothing;
  const of = plan && html` of <a href="/plans/${plan.id}">${plan.name}</a>`;
  const content = html`<div class="head">
  <div><h1>Clear verdicts <span class="muted">${count(total)}</span></h1>
    <p>What the vendor’s list of numbers says of unknown orders${of}, where nothing else explains
      it. <a href="${backTo(plan)}">Back to the unknown orders</a></p></div>
</div>
${verdicts.length === 0 && noneCard(counts)}
${verdicts.length > 0 && html`${press(visit, shown)}${lists(visit, verdicts)}`}`;
  return layout(visit, { title: 'Clear verdicts', section: 'unknown', content });
}

const backTo = (plan: PlanDocument | null) =>
  plan === null ? '/unknown' : `/unknown?plan=${plan.id}`;

/** Verdicts that are not clear wait for a person: to explain strays, or to settle one by one. */
function noneCard({ unclear }: VerdictCounts): Html {
  const title = 'There is no clear verdict to accept';
  if (unclear === 0)
    return emptyCard(title, html`They have been accepted, or the list now says something else.`);
  const are = unclear === 1 ? 'is' : 'are';
  return emptyCard(
    title,
    html`${counted(unclear, 'verdict')} ${are} not clear, because the vendor’s list has numbers that
      no order explains. The page of <a href="/accounts">the account</a> lists them and lets you
      explain them. Verdicts change when a worker reads the list next, within 10 minutes. Until
      then settle each order by itself.`,
  );
}

/** What one press does, and the names of what it covers: no other verdict is accepted. */
function press({ who, may }: Visit, { verdicts, counts, plan, refused }: VerdictsShown): Html {
  const total = counts.bought + counts.nothing;
  const these = counted(verdicts.length, 'verdict');
  const rest =
    total > verdicts.length &&
    note(
      'plain',
      html`This page lists the first ${count(verdicts.length)} of ${count(total)}. The others come
        after these are accepted.`,
    );
  if (!may.submit) return html`${rest}`;
  return html`${rest}<section class="card accept" aria-labelledby="accept-h">
  <header><h2 id="accept-h">Accept these ${these}</h2></header>
  <form method="post" action="/unknown/accept" class="stack">
    ${hidden('verdicts', writeNamed(verdicts))}${plan && hidden('plan', plan.id)}
    <p>${findings(verdicts)} What has changed by the time you press is left out.</p>
    ${fault(refused?.fault)}
    ${signFields(who, REASON, refused)}
    <div class="row"><button class="btn primary">Accept these ${these}</button></div>
  </form>
</section>`;
}

const REASON = {
  label: 'Why are you sure?',
  hint: 'What you looked at. It is kept with the evidence of each',
};

function findings(verdicts: ClearVerdict[]): Html {
  const bought = verdicts.filter(({ finding }) => finding === 'bought');
  const numbers = bought.reduce((sum, each) => sum + each.numbers.length, 0);
  const isLacking = bought.some((each) => each.numbers.length < each.lacking);
  const nothing = verdicts.length - bought.length;
  const again = nothing === 1 ? 'It is sent again' : 'They are sent again';
  return html`${
    bought.length > 0 &&
    html`${counted(bought.length, 'order')} bought
      ${counted(numbers, 'number')}${isLacking && `, and ${LACK_FOLLOWS}`}.`
  }
    ${nothing > 0 && html`${counted(nothing, 'order')} bought nothing. ${again}${UNLESS}.`}`;
}

const UNLESS = ', unless the plan is cancelled';

function lists(visit: Visit, verdicts: ClearVerdict[]): Html {
  const { bought = [], nothing = [] } = Object.groupBy(verdicts, ({ finding }) => finding);
  return html`${list(visit, 'bought', bought)}${list(visit, 'nothing', nothing)}`;
}

/** The orders with the same evidence are together, below it. */
function list(
  { now }: Visit,
  finding: ClearVerdict['finding'],
  verdicts: ClearVerdict[],
): Html | null {
  if (verdicts.length === 0) return null;
  const isBought = finding === 'bought';
  const bodies = Map.groupBy(verdicts, ({ why }) => why)
    .entries()
    .map(
      ([why, alike]) => html`<tbody>
      <tr><td class="full evidence" colspan="${isBought ? 6 : 5}">${withTimes(why, now)}</td></tr>
      ${alike.map(row)}
    </tbody>`,
    );
  return html`<section class="card">
  <header><h2>${isBought ? 'Bought' : 'Bought nothing'}
    <span class="small muted">${count(verdicts.length)}</span></h2></header>
  <table class="fold verdicts">
    <thead><tr>
      ${heading('Order')}${heading('Plan')}${numberHeading('Line')}${heading('Area code')}
      ${numberHeading('Lacks')}${isBought && heading('Numbers')}
    </tr></thead>
    ${[...bodies]}
  </table>
</section>`;
}

function row(verdict: ClearVerdict): Html {
  const { order, plan, planName, line, lacking, numbers } = verdict;
  return html`<tr>
        <th scope="row" data-h="Order">
          <a href="/unknown?order=${order}">${order}</a></th>
        ${cell('Plan', html`<a href="/plans/${plan}">${planName}</a>`)}
        ${numberCell('Line', count(line))}
        ${cell('Area code', areaOrType(verdict))}
        ${numberCell('Lacks', count(lacking))}
        ${numbers.length > 0 && cell('Numbers', numbers.map(phone).join(', '), 'small')}
      </tr>`;
}

type AcceptedShown = Accepted & { plan: PlanDocument | null };

export function acceptedPage(visit: Visit, { settled, left, plan }: AcceptedShown): string {
  const waiting = settled.filter(({ state }) => state === 'waiting').length;
  const rows = left.map(
    ({ order, why }) => html`<li>
    <div><a href="/unknown?order=${order}">Order ${order}</a></div>
    <span class="d">${withTimes(why, visit.now)}</span></li>`,
  );
  const stale = html`<section class="card" aria-labelledby="left-h">
  <header><h2 id="left-h">Left out <span class="small muted">${count(left.length)}</span></h2>
    <span class="muted small">changed since you looked; left as they were</span></header>
  <ul class="files">${rows}</ul>
</section>`;
  const content = html`<div class="head">
  <div><h1>${counted(settled.length, 'order')} settled</h1>
    <p>${count(settled.length - waiting)} bought what the list shows. ${count(waiting)} bought
      nothing${waiting > 0 && html`, and ${waiting === 1 ? 'is' : 'are'} sent again${UNLESS}`}.
      <a href="${backTo(plan)}">Back to the unknown orders</a></p></div>
</div>
${left.length > 0 ? stale : note('good', html`None was left out.`)}`;
  return layout(visit, { title: 'Verdicts accepted', section: 'unknown', content });
}

/** Verdicts on one page, and in one press. Their names fit into a form: see `FORM_BYTES`. */
export const VERDICTS_AT_ONCE = 2_000;

/** Room for these names of at most 32 characters each, and for what is typed, bytes. */
export const FORM_BYTES = VERDICTS_AT_ONCE * 32 + 64 * 1024;

/** The names of verdicts as one field of a form: `10000001.1.k3Jx9q_A 10000002.1.…`. */
function writeNamed(verdicts: NamedVerdict[]): string {
  return verdicts.map(({ order, attempt, verdict }) => `${order}.${attempt}.${verdict}`).join(' ');
}

/** The same, read. What is no name is passed over: it accepts nothing. */
export function readNamed(field: string): NamedVerdict[] {
  return [...field.matchAll(/(\d{1,16})\.(\d{1,5})\.([\w-]{8})(?= |$)/g)]
    .slice(0, VERDICTS_AT_ONCE)
    .map(([, order, attempt, verdict]) => ({
      ...{ order: Number(order), attempt: Number(attempt) },
      verdict: verdict!,
    }));
}
