import type { Approval } from '../../../ledger/index.ts';
import type { RefusedForm } from '../components/act.ts';
import { approvalCard } from '../components/approval.ts';
import { emptyCard } from '../components/note.ts';
import { html } from '../html.ts';
import { layout, type Visit } from '../layout.ts';

export function approvalsPage(
  visit: Visit,
  waiting: Approval[],
  refused: RefusedForm | undefined,
): string {
  const cards = waiting.map((approval) => approvalCard(approval, visit, refused));
  const content = html`<div class="head">
  <div><h1>Approvals</h1>
    <p>Large purchases wait here until someone other than the person who asked approves
      them.</p></div>
</div>
<div class="stack" data-part="approvals">${cards.length > 0 ? cards : NONE}</div>`;
  const live = { events: null };
  return layout(visit, { title: 'Approvals', section: 'approvals', live, content });
}

const NONE = emptyCard(
  'Nothing waits for approval',
  html`A start, a retry, or a settlement of an order as “nothing” waits here when it is above the
    threshold of its account.`,
);
