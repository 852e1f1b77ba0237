import {
  type Account,
  cancelWaiting,
  endPlans,
  ensureAccount,
  keepVerdicts,
  type Ledger,
  noteProgress,
  steerPlan,
} from '../../src/ledger/index.ts';
import type { Line, Warning } from '../../src/plan/index.ts';
import { line, newPlan, type SmallPlan } from '../support/plans.ts';
import { answerTo, claim, newNumbers, record, sendOne } from '../support/sending.ts';

/** Text that would do harm on a page that does not escape it. */
export const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)> =cmd()`;

type Named = {
  name: string;
  account: Account;
  lines: Line[];
  isReady?: boolean;
  warnings?: Warning[];
};

/** A plan of that name, running unless `isReady`. */
export function namedPlan(ledger: Ledger, wish: Named): Promise<SmallPlan> {
  const { name, account, lines, isReady = false, warnings = [] } = wish;
  const extraColumns = lines[0]?.extra.map((_, at) => (at === 0 ? 'store' : HOSTILE)) ?? [];
  const check = { extraColumns, warnings, warningCount: warnings.length };
  const who = 'marketing-ops';
  return newPlan(ledger, { account, lines, name, who, started: !isReady, check });
}

export type Scene = Awaited<ReturnType<typeof setScene>>;

/** Plans in every state, with hostile texts, on two live accounts; one has paused itself. */
export async function setScene(ledger: Ledger) {
  const main = await ensureAccount(ledger, { name: 'main', mode: 'live', rate: 4 });
  const west = await ensureAccount(ledger, { name: 'west', mode: 'live', rate: 2 });
  const done = await namedPlan(ledger, { name: 'Call overflow', account: main, lines: rows(6) });
  for (const id of done.orders) await sendOne(ledger, done, 'filled', {}, id);
  await endPlans(ledger, main.id);
  const cancelled = await namedPlan(ledger, {
    name: 'Dealers, wave 3',
    account: main,
    lines: rows(8),
  });
  await answer(ledger, cancelled, ['filled', 'short']);
  await steerPlan(ledger, cancelled.id, 'cancel', { who: 'marketing-ops', why: HOSTILE });
  await cancelWaiting(ledger, cancelled.id);
  await endPlans(ledger, main.id);
  return {
    main,
    west,
    done,
    cancelled,
    ready: await readyPlan(ledger, main),
    stopped: await stoppedPlan(ledger, west),
    running: await runningPlan(ledger, main),
  };
}

function readyPlan(ledger: Ledger, account: Account): Promise<SmallPlan> {
  const warnings = [
    { line: 4, column: 'fill_quantity', message: 'All or nothing holds for each order of 25.' },
    { line: 5, column: 'area_code', message: HOSTILE },
  ];
  const lines = rows(9).map((each) => ({ ...each, orderSlot: each.line === 3 ? true : null }));
  return namedPlan(ledger, { name: HOSTILE, account, lines, isReady: true, warnings });
}

/** Five unknown answers in a row: the account has paused itself. */
async function stoppedPlan(ledger: Ledger, account: Account): Promise<SmallPlan> {
  const plan = await namedPlan(ledger, {
    name: 'Toll-free pool, first quarter',
    account,
    lines: rows(12),
  });
  await answer(ledger, plan, ['filled', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown']);
  return plan;
}

async function runningPlan(ledger: Ledger, account: Account): Promise<SmallPlan> {
  const plan = await namedPlan(ledger, {
    name: 'Autumn regional rollout',
    account,
    lines: rows(130),
  });
  await noteProgress(ledger, account.id);
  const first = ['filled', 'short', 'unknown', 'refused', 'filled', 'unknown', 'unknown'] as const;
  await answer(ledger, plan, first);
  const [bought, nothing, open] = [plan.orders[2]!, plan.orders[5]!, plan.orders[6]!];
  const why = 'The list of 14:04, compared with that of 13:59, has';
  const clear = { attempt: 1, isClear: true };
  await keepVerdicts(ledger, [
    {
      ...{ ...clear, order: bought, finding: 'bought', numbers: newNumbers(2) },
      why: `${why} exactly 2 new numbers that it could have bought and no other order.`,
    },
    {
      ...{ ...clear, order: nothing, finding: 'nothing', numbers: [] },
      why: `${why} no new number that it could have bought.`,
    },
    {
      ...{ order: open, attempt: 1, isClear: false, finding: 'open', numbers: newNumbers(4) },
      why: `${why} 4 new numbers that it may have bought, but it lacks only 2.`,
    },
  ]);
  await claim(ledger, plan, [plan.orders[8]!]);
  return plan;
}

const ANSWERS = {
  filled: {},
  short: { what: 'the vendor had only some of them' },
  refused: { what: `the vendor refused: ${HOSTILE}` },
  unknown: { what: 'an error page instead of an answer', status: 502, body: `<html>${HOSTILE}` },
};

/** Answers to the plan's first orders, in that order. */
async function answer(
  ledger: Ledger,
  plan: SmallPlan,
  outcomes: readonly (keyof typeof ANSWERS)[],
) {
  const claimed = await claim(ledger, plan, plan.orders.slice(0, outcomes.length));
  for (const [at, order] of claimed.toSorted((a, b) => a.id - b.id).entries()) {
    const outcome = outcomes[at]!;
    const numbers = outcome === 'short' ? { numbers: newNumbers(1) } : {};
    await record(ledger, plan, answerTo(order, outcome, { ...ANSWERS[outcome], ...numbers }));
  }
}

const AREAS = ['233', '233555', '244', '255', '288555'];

function rows(n: number): Line[] {
  return Array.from({ length: n }, (_, at) =>
    line({
      line: at + 2,
      areaCode: AREAS[at % AREAS.length]!,
      quantity: 2 + (at % 3),
      extra: [`Store ${at + 1}`, HOSTILE],
    }),
  );
}
