import { named } from '../../../english.ts';
import type { ErrorDetails } from '../../../errors.ts';
import type { Account, PlanDocument } from '../../../ledger/index.ts';
import type { PlanError, Warning } from '../../../plan/index.ts';
import { hidden } from '../components/fields.ts';
import { NO_ACCOUNT } from '../components/note.ts';
import { bytes, count, counted, whatBecame } from '../components/numbers.ts';
import { pageText } from '../components/page-text.ts';
import { cell, heading, lineCell, numberHeading } from '../components/table.ts';
import { moment } from '../components/times.ts';
import { warningCard } from '../components/warnings.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';
import { accountChoice, uploadForm } from './upload-form.ts';

/** An upload that was not stored as a plan. The server keeps its file for a while. */
export type KeptUpload = {
  token: string;
  name: string;
  bytes: number;
  account: string | null;
  /** As it was typed; '' for none. */
  keepTrying: string;
};

export type NewPlan = {
  accounts: Account[];
  /** Why the file was refused, when the page can say no more about it. */
  fault?: string;
  kept?: KeptUpload;
  errors?: PlanErrors;
  /** The earlier plan, and what it has in common with the file. */
  earlier?: { plan: PlanDocument } & Omit<ErrorDetails['duplicate_file'], 'plan'>;
  limitBytes: number;
};

export function newPlanPage(visit: Visit, page: NewPlan): string {
  const { accounts, fault, kept, errors, earlier, limitBytes } = page;
  const content = html`<div class="head"><div><h1>New plan</h1>
  <p>The file is checked first. Nothing is bought until you press Start.</p></div></div>
${fault && html`<div class="note bad" role="alert" id="fault"><p><b>${fault}</b></p></div>`}
${kept && errors && errorNote(kept, errors)}
${kept && earlier && sameFile(visit, kept, earlier)}
${kept && !errors && !earlier && whichAccount(kept, accounts)}
${kept && errors && errorTable(errors)}
${errors && warningCard(errors.warnings, errors.warningCount)}
${accounts.length === 0 ? NO_ACCOUNT : uploadForm(accounts, kept ?? NOTHING_CHOSEN, limitBytes)}`;
  return layout(visit, { title: 'New plan', section: 'new', content });
}

const NOTHING_CHOSEN = { account: null, keepTrying: '' };

function sameFile(
  { now }: Visit,
  kept: KeptUpload,
  { plan, shared, passedOver = [] }: NonNullable<NewPlan['earlier']>,
): Html {
  const [which, then] =
    shared === undefined
      ? ['This file was submitted before.', 'Submitting it again makes a second plan for the same.']
      : [
          `An earlier plan has ${counted(shared, 'line')} of it.`,
          'Submit only those that are new.',
        ];
  const columns = passedOver.map((name) => `“${name}”`);
  const besides =
    columns.length > 0 &&
    html` ${named('Column', columns)} of it ${
      columns.length === 1 ? 'makes' : 'make'
    } no other line.`;
  return html`<div class="note warn" role="alert" id="same-file">
  <p><b>${which}</b> It is “${plan.name}” on ${plan.account},
    submitted ${moment(plan.submittedAt, now)}. ${whatBecame(plan)}${besides} ${then}</p>
  <a class="btn primary" href="/plans/${plan.id}">Open that plan</a>
</div>
<section class="card"><form class="body row"
  id="again" method="post" action="/plans/uploads/${kept.token}">
  ${hidden('name', kept.name)}${hidden('account', kept.account)}
  ${hidden('keepTrying', kept.keepTrying)}
  <label class="check"><input type="checkbox" name="again" value="yes" required>
    <span>Yes, I want everything in <b>${kept.name}</b>, also what that plan has.</span></label>
  <button class="btn">Submit it anyway</button>
</form></section>`;
}

function whichAccount(kept: KeptUpload, accounts: Account[]): Html {
  return html`<section class="card"><form class="body stack"
  id="which-account" method="post" action="/plans/uploads/${kept.token}">
  <div class="row"><b>${kept.name}</b>
    <span class="muted">${bytes(kept.bytes)}, uploaded</span></div>
  ${hidden('name', kept.name)}${hidden('keepTrying', kept.keepTrying)}
  ${accountChoice(accounts, null)}
  <div><button class="btn primary">Check it for this account</button></div>
</form></section>`;
}

export type PlanErrors = {
  shown: readonly PlanError[];
  count: number;
  /** Rows with an error; 0 when the file as a whole cannot be read. */
  rows: number;
  warnings: readonly Warning[];
  warningCount: number;
};

function errorNote(
  { token, name, account }: { token: string; name: string; account: string | null },
  { count: n, rows }: PlanErrors,
): Html {
  const where = rows > 0 ? ` on ${counted(rows, 'line')}` : '';
  const query = new URLSearchParams({ name, account: account ?? '' });
  const url = `/plans/uploads/${token}/annotated.csv?${query}`;
  const action =
    rows > 0 &&
    html`<a class="btn" id="annotated" href="${url}" download>Download your plan with a
      <code>fault</code> column</a>`;
  return html`<div class="note bad" role="alert" id="fault">
  <p><b>${name}: ${counted(n, 'error')}${where}. Nothing was stored and nothing was bought.</b>
    ${rows > 0 && columnHint(n, rows)}</p>
  ${action}
</div>`;
}

/** Of a file that is no plan, such as `unknown.csv`, the error itself says what to do. */
function columnHint(n: number, rows: number): string {
  return (
    `Correct ${n === 1 ? 'it' : 'them'} in your file and upload it again. ` +
    'The download is your whole plan. ' +
    `Its last column says what is wrong, in ${counted(rows, 'line')}. ` +
    'You can leave the column in: it is ignored when you upload the file again.'
  );
}

function errorTable({ shown: errors, count: n, rows }: PlanErrors): Html {
  const howMany =
    n > errors.length
      ? `${count(errors.length)} of ${count(n)} errors shown`
      : `All ${count(n)} shown`;
  return html`<section class="card" aria-labelledby="errors-h">
  <header><h2 id="errors-h">Errors</h2><span class="muted small">${howMany}.</span></header>
  <table class="fold" id="errors">
    <thead><tr>
      ${numberHeading('Line')}${heading('Column')}${heading('What is wrong')}
    </tr></thead>
    <tbody>${errors.map((each) => errorRow(each, rows))}</tbody>
  </table>
</section>`;
}

function errorRow({ line, column, message }: PlanError, rows: number): Html {
  const where =
    column === ''
      ? html`<span class="dim">${rows > 0 ? 'the row' : 'the file'}</span>`
      : html`<code>${column}</code>`;
  return html`<tr>
  ${lineCell(line)}${cell('Column', where)}
  ${cell('What is wrong', pageText(message), 'full')}
</tr>`;
}
