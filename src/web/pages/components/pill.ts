import { missingOf } from '../../../ledger/index.ts';
import type { ObservedPlan } from '../../../obstacles/index.ts';
import { type Html, html } from '../html.ts';
import { OBSTACLE_STATES } from './obstacles.ts';

type Pill = readonly [tone: string, words: string];

export function planPill(plan: ObservedPlan): Html {
  const [tone, words] = pillOf(plan);
  return html`<span class="pill ${tone}">${words}</span>`;
}

export function stateWords(plan: ObservedPlan): string {
  return pillOf(plan)[1];
}

function pillOf(plan: ObservedPlan): Pill {
  switch (plan.state) {
    case 'ready':
      return ['wait', 'Ready to start'];
    case 'running':
      if (plan.isMoving) return ['run', 'Running'];
      return ['hold', OBSTACLE_STATES[plan.obstacles[0]?.kind ?? 'account_paused']];
    case 'standing':
      return ['wait', plan.pending > 0 ? 'Trying again' : 'Standing'];
    case 'paused':
      return ['hold', 'Paused'];
    case 'cancelled':
      return ['off', plan.isCancelling ? 'Cancelling' : 'Cancelled'];
    case 'finished':
      if (plan.unknown > 0) return ['ask', 'Some unknown'];
      return missingOf(plan) > 0 ? ['some', 'Finished, some missing'] : ['done', 'All bought'];
  }
}
