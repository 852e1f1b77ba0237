import type { AccountState } from '../../../ledger/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { accountAnchor } from '../components/mode.ts';
import { fault } from '../components/note.ts';
import { counted, pace } from '../components/numbers.ts';
import { type Html, html } from '../html.ts';

const SLIDER_MAX = 20;

/** The pace of an account, to be typed; with scripts, a slider sets the number. */
export function paceForm(
  account: AccountState,
  url: string,
  refused: RefusedForm | undefined,
  maySet: boolean,
): Html {
  const { name, rate } = account;
  const key = accountAnchor(name);
  const mine = refused?.form === `pace-${key}` ? refused : undefined;
  const max = Math.max(SLIDER_MAX, rate ?? 0);
  const words = html`<h3>Pace</h3>
      <p data-part="pace-${key}">${paceWords(account)}</p>`;
  if (!maySet) return words;
  return html`${words}
      <form class="stack" id="pace-${key}" method="post" action="${url}/pace">
        ${fault(mine?.fault)}
        <div class="slide">
          <input type="range" min="0.5" max="${max}" step="0.5" value="${rate ?? max}"
            aria-label="Pace of ${name}, orders a second" data-sets="rate-${key}">
          <label><span class="sr">Pace of ${name}, typed</span><input type="number"
            id="rate-${key}" name="rate" min="0.01" max="1000" step="0.01"
            value="${mine?.typed.rate ?? rate ?? ''}" required></label>
          <button class="btn" aria-label="Set the pace of ${name}">Set</button>
        </div>
        <p class="muted small">Takes effect in all workers within a second. Nothing restarts.</p>
      </form>`;
}

function paceWords({ rate, workers }: AccountState): Html {
  const set =
    rate === null
      ? html`<b>No pace set</b>: as fast as possible.`
      : html`Set to <b>${pace(rate)}</b> orders a second, never more than that in any second.`;
  return html`${set} ${counted(workers.length, 'worker')} at work.`;
}
