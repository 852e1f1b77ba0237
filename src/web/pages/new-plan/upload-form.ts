import type { Account } from '../../../ledger/index.ts';
import { QUANTITY_MAX } from '../../../order-size.ts';
import { hidden } from '../components/fields.ts';
import { modeTag } from '../components/mode.ts';
import { bytes, count, pace } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

/** The form of a new plan. With scripts, a file is sent as soon as it is chosen or dropped. */
export function uploadForm(
  accounts: Account[],
  { account: chosen, keepTrying }: { account: string | null; keepTrying: string },
  limitBytes: number,
): Html {
  const limit = limitBytes >= 1e6 ? `${Math.floor(limitBytes / 1e6)} MB` : bytes(limitBytes);
  return html`<form class="stack" id="upload" method="post" action="/plans"
  enctype="multipart/form-data" data-limit="${limitBytes}">
  ${accountChoice(accounts, chosen)}
  ${keepTryingField(keepTrying)}
  <div class="drop" id="drop">
    ${ARROW}
    <h2 id="drop-h"><span class="if-script">Drop your CSV here, or choose it</span><span
      class="no-script">Choose your CSV</span></h2>
    <input type="file" id="file" name="plan" accept=".csv,.txt,.tsv,text/csv" required
      aria-labelledby="drop-h">
    <button class="btn primary" id="send">Upload and check</button>
    <p class="muted small">Up to ${limit}. Needs two columns: <code>area_code</code> and
      <code>quantity</code>. <a href="/example.csv" download>Example file</a></p>
    <details class="small columns"><summary>All columns</summary>${COLUMNS}</details>
  </div>
  ${PROGRESS}
</form>`;
}

/** With scripts a file is sent as soon as it is chosen, so this stands before it. */
function keepTryingField(value: string): Html {
  return html`<details class="small columns"${value !== '' && html` open`}>
    <summary>Keep trying where numbers are missing</summary>
    <label class="field"><span>For how long</span><input type="text" id="keep-trying"
      name="keepTrying" value="${value}" maxlength="100" autocomplete="off"
      placeholder="3d, 12h or until 2026-12-31" aria-describedby="keep-trying-hint"></label>
    <p class="muted" id="keep-trying-hint">Applies to lines that leave
      <code>keep_trying</code> blank. If this is blank too, nothing is asked for again.</p>
  </details>`;
}

const ARROW = html`<svg width="32" height="32" viewBox="0 0 32 32" fill="none" stroke-width="1.75"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path
      d="M16 21V6m0 0-6 6m6-6 6 6M5 22v3a2 2 0 0 0 2 2h18a2 2 0 0 0 2-2v-3"/></svg>`;

/** The script shows this while it sends the file. */
const PROGRESS = html`<div class="card" id="progress" hidden><div class="body stack">
    <div class="row"><b id="progress-name"></b><span class="muted" id="progress-text"></span></div>
    <progress max="100" value="0" aria-label="Upload"></progress>
    <div class="row"><button class="btn" type="button" id="stop">Stop</button></div>
  </div></div>`;

/** With one account there is nothing to choose; of several, none is chosen beforehand. */
export function accountChoice(accounts: Account[], chosen: string | null): Html {
  const [only] = accounts;
  if (only && accounts.length === 1) {
    return html`<p class="row" id="only-account">For account <b>${only.name}</b>
    ${modeTag(only.mode)}${hidden('account', only.name)}</p>`;
  }
  return html`<fieldset><legend class="label">Which account is it for?</legend>
  <div class="choice">${accounts.map((account) => choice(account, account.name === chosen))}</div>
</fieldset>`;
}

function choice({ name, mode, rate, pausedReason }: Account, isChosen: boolean): Html {
  const words = [
    rate === null ? 'No pace set: as fast as possible.' : `${pace(rate)} orders a second.`,
    mode === 'live' ? 'Buys real numbers.' : 'For trying things out. Costs nothing.',
    pausedReason === null ? '' : 'Paused at the moment.',
  ];
  return html`<label>
    <input type="radio" name="account" value="${name}" required${isChosen && html` checked`}>
    <span><b>${name}</b> ${modeTag(mode)}</span>
    <small>${words.filter(Boolean).join(' ')}</small></label>`;
}

const COLUMNS = html`<dl class="kv">
<dt><code>area_code</code></dt>
<dd>3 or 6 digits; blank for <code>tollfree</code> and <code>true800</code></dd>
<dt><code>quantity</code></dt>
<dd>1 to ${count(QUANTITY_MAX)}; 0 skips the line</dd>
<dt><code>type</code></dt>
<dd><code>local</code> (when blank), <code>tollfree</code>, <code>true800</code>,
  <code>canadian_local</code></dd>
<dt><code>fill_quantity</code></dt>
<dd>1: all or nothing, for each order of 25</dd>
<dt><code>cleansed_only</code>, <code>sms_supported</code></dt>
<dd>1 or 0: which numbers will do</dd>
<dt><code>order_slot</code></dt>
<dd>1: also buys a slot for each number, a second cost</dd>
<dt><code>allow_overlay</code></dt>
<dd>1: only with 6 digits, and without <code>cleansed_only</code></dd>
<dt><code>distance</code></dt>
<dd>miles, 0 or more</dd>
<dt><code>fallback</code></dt>
<dd>what may be bought instead, in order: <code>overlay</code>, <code>nearby:25</code>,
  <code>state</code>, <code>to:332+646</code>, <code>tollfree</code></dd>
<dt><code>keep_trying</code></dt>
<dd><code>3d</code>, <code>12h</code> or <code>until 2026-12-31</code></dd>
<dt>any other</dt>
<dd>yours: kept, and given back with the results</dd>
</dl>`;
