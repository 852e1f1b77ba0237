import type { Account, PlanDocument } from '../../../ledger/index.ts';
import type { Fault, Warning } from '../../../plan/index.ts';
import { modeTag } from '../components/mode.ts';
import { bytes, count, counted, pace } from '../components/numbers.ts';
import { moment } from '../components/times.ts';
import { warningCard } from '../components/warnings.ts';
import { flag, type Html, html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';

/** An upload that was not stored, but lies here for a while: its file need not be sent again. */
export type Kept = { token: string; name: string; bytes: number; account: string | null };

export type NewPlan = {
  accounts: Account[];
  /** Why it was not taken, where there is no more to say. */
  fault?: string;
  kept?: Kept;
  faults?: {
    shown: readonly Fault[];
    count: number;
    rows: number;
    warnings: readonly Warning[];
    warningCount: number;
  };
  /** The plan that the same file was submitted as before. */
  earlier?: PlanDocument;
  limitBytes: number;
};

/** `/plans/new`, in all its states. */
export function newPlanPage(visit: Visit, page: NewPlan): string {
  const { accounts, fault, kept, faults, earlier, limitBytes } = page;
  const content = html`<div class="head"><div><h1>New plan</h1><p>The file is checked first. Nothing is bought until you press Start.</p></div></div>
${fault && html`<div class="note bad" role="alert" id="fault"><p><b>${fault}</b></p></div>`}
${kept && faults && faultNote(kept, faults)}
${kept && earlier && sameFile(visit, kept, earlier)}
${kept && !faults && !earlier && whichAccount(kept, accounts)}
${kept && faults && faultTable(faults.shown, faults.count)}
${faults && warningCard(faults.warnings, faults.warningCount)}
${accounts.length === 0 ? NO_ACCOUNT : uploadForm(accounts, kept?.account ?? null, limitBytes)}`;
  return layout(visit, { title: 'New plan', section: 'new', content });
}

const NO_ACCOUNT = html`<section class="card"><div class="empty"><h2>There is no account yet</h2><p class="muted">The first worker makes one. Start it with <code>bulk-order work</code>, then reload this page.</p></div></section>`;

function uploadForm(accounts: Account[], chosen: string | null, limitBytes: number): Html {
  return html`<form class="stack" id="upload" method="post" action="/plans" enctype="multipart/form-data" data-limit="${limitBytes}">
  ${accountChoice(accounts, chosen)}
  <div class="drop" id="drop"><svg width="32" height="32" viewBox="0 0 32 32" fill="none" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M16 21V6m0 0-6 6m6-6 6 6M5 22v3a2 2 0 0 0 2 2h18a2 2 0 0 0 2-2v-3"/></svg>
    <h2 id="drop-h"><span class="if-script">Drop your CSV here, or choose it</span><span class="no-script">Choose your CSV</span></h2>
    <input type="file" id="file" name="plan" accept=".csv,.txt,.tsv,text/csv" required aria-labelledby="drop-h">
    <button class="btn primary" id="send">Upload and check</button>
    <p class="muted small">Up to ${limitBytes >= 1e6 ? `${Math.floor(limitBytes / 1e6)} MB` : bytes(limitBytes)}. Needs two columns: <code>area_code</code> and <code>quantity</code>. <a href="/example.csv" download>Example file</a></p>
    <details class="small columns"><summary>All columns</summary>${COLUMNS}</details>
  </div>
  <div class="card" id="progress" hidden><div class="body stack"><div class="row"><b id="progress-name"></b><span class="muted" id="progress-text"></span></div><progress max="100" value="0" aria-label="Upload"></progress><div class="row"><button class="btn" type="button" id="stop">Stop</button></div></div></div>
</form>`;
}

/** With one account there is nothing to choose; with several none is chosen beforehand. */
function accountChoice(accounts: Account[], chosen: string | null): Html {
  const [only] = accounts;
  if (only && accounts.length === 1) {
    return html`<p class="row" id="only-account">For account <b>${only.name}</b> ${modeTag(only.mode)}<input type="hidden" name="account" value="${only.name}"></p>`;
  }
  return html`<fieldset><legend class="label">Which account is it for?</legend><div class="choice">
  ${accounts.map(
    ({ name, mode, rate, pausedReason }) =>
      html`<label><input type="radio" name="account" value="${name}" required${flag('checked', name === chosen)}><span><b>${name}</b> ${modeTag(mode)}</span><small>${rate === null ? 'No pace set: as fast as it goes' : `${pace(rate)} orders a second`}. ${mode === 'live' ? 'Buys real numbers.' : 'For trying things out. Costs nothing.'}${pausedReason !== null && ' Paused at the moment.'}</small></label>`,
  )}
</div></fieldset>`;
}

const COLUMNS = html`<dl class="kv">
<dt><code>area_code</code></dt><dd>3 or 6 digits; blank for <code>tollfree</code> and <code>true800</code></dd>
<dt><code>quantity</code></dt><dd>1 to 100,000; 0 skips the line</dd>
<dt><code>type</code></dt><dd><code>local</code> (when blank), <code>tollfree</code>, <code>true800</code>, <code>canadian_local</code></dd>
<dt><code>fill_quantity</code></dt><dd>1: all or nothing, for each order of 25</dd>
<dt><code>cleansed_only</code>, <code>sms_supported</code></dt><dd>1 or 0: which numbers will do</dd>
<dt><code>order_slot</code></dt><dd>1: also buys a slot for each number, a second cost</dd>
<dt><code>allow_overlay</code></dt><dd>1: only with 6 digits, and without <code>cleansed_only</code></dd>
<dt><code>distance</code></dt><dd>miles, 0 or more</dd>
<dt>any other</dt><dd>yours: kept, and given back with the results</dd>
</dl>`;

function faultNote(kept: Kept, { count: n, rows }: NonNullable<NewPlan['faults']>): Html {
  const where = rows > 0 ? ` on ${counted(rows, 'line')}` : '';
  const action =
    rows > 0 &&
    html`<a class="btn" id="mended" href="/plans/uploads/${kept.token}/mended.csv?name=${encodeURIComponent(kept.name)}" download>Download your plan with a <code>fault</code> column</a>`;
  return html`<div class="note bad" role="alert" id="fault"><p><b>${kept.name}: ${counted(n, 'fault')}${where}. Nothing was stored and nothing can start.</b> Mend ${n === 1 ? 'it' : 'them'} in your file and upload it again.${rows > 0 && html` The download is your whole plan, with what is wrong in the last column of ${counted(rows, 'row')}. That column is ignored when you upload it: nothing need be taken out.`}</p>${action}</div>`;
}

function faultTable(faults: readonly Fault[], n: number): Html {
  const shown =
    n > faults.length
      ? `${count(faults.length)} of ${count(n)} faults shown`
      : `All ${count(n)} shown`;
  return html`<section class="card" aria-labelledby="faults-h">
  <header><h2 id="faults-h">Faults</h2><span class="muted small">${shown}.</span></header>
  <table class="fold" id="faults">
    <thead><tr><th scope="col" class="n">Line</th><th scope="col">Column</th><th scope="col">We found</th><th scope="col">What to do</th></tr></thead>
    <tbody>${faults.map(
      ({ line, column, found, message }) =>
        html`<tr><th scope="row" class="n" data-h="Line">${count(line)}</th><td data-h="Column">${column === '' ? html`<span class="dim">the row</span>` : html`<code>${column}</code>`}</td><td data-h="We found">${found === '' ? html`<span class="found blank">blank</span>` : html`<span class="found">${found}</span>`}</td><td class="full" data-h="What to do">${message}</td></tr>`,
    )}</tbody>
  </table>
</section>`;
}

function sameFile({ now }: Visit, kept: Kept, plan: PlanDocument): Html {
  const what =
    plan.state === 'ready'
      ? 'has not been started yet'
      : `bought ${counted(plan.bought, 'number')}`;
  return html`<div class="note warn" role="alert" id="same-file"><p><b>This exact file was submitted before.</b> It is “${plan.name}” on ${plan.account}, of ${moment(plan.submittedAt, now)}, and ${what}. Submitting it again makes a second plan for the same ${counted(plan.requested, 'number')}.</p><a class="btn primary" href="/plans/${plan.id}">Open that plan</a></div>
<section class="card"><form class="body row" id="again" method="post" action="/plans/uploads/${kept.token}">
  <input type="hidden" name="name" value="${kept.name}"><input type="hidden" name="account" value="${kept.account}">
  <label class="check"><input type="checkbox" name="again" value="yes" required><span>Yes, I want everything in <b>${kept.name}</b> a second time.</span></label>
  <button class="btn">Submit again</button>
</form></section>`;
}

/** The file is here; only the account was not said. */
function whichAccount(kept: Kept, accounts: Account[]): Html {
  return html`<section class="card"><form class="body stack" id="which-account" method="post" action="/plans/uploads/${kept.token}">
  <div class="row"><b>${kept.name}</b><span class="muted">${bytes(kept.bytes)}, uploaded</span></div>
  <input type="hidden" name="name" value="${kept.name}">
  ${accountChoice(accounts, null)}
  <div><button class="btn primary">Check it for this account</button></div>
</form></section>`;
}
