import type { Problem } from '../../problem.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { STRANGER } from '../visit.ts';

const TITLES: Record<number, string> = {
  401: 'Sign in to see this',
  403: 'You may not do this',
  404: 'Not found',
  503: 'Not available now',
};

/** Any problem as a page. It reads nothing from the ledger, which may be what is missing. */
export function problemPage({
  status,
  message,
  code,
}: Pick<Problem, 'status' | 'message' | 'code'>): string {
  const title =
    code === 'ledger_down'
      ? 'We cannot reach the ledger'
      : (TITLES[status] ?? (status >= 500 ? 'Something went wrong' : 'That did not work'));
  const more =
    code === 'ledger_down' &&
    html`<p>No new order is sent without it. What was bought stays bought.</p>`;
  const content = html`<div class="head"><div><h1>${title}</h1></div></div>
<section class="card"><div class="empty">
  <p id="problem">${message}</p>${more}
  <div class="row"><a class="btn" href="/">All plans</a></div>
</div></section>`;
  return layout(STRANGER, { title, section: null, content });
}
