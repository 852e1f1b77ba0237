import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { findPlan, type Ledger, lineResults, type PlanDocument } from '../ledger/index.ts';
import { writeResults } from '../report/index.ts';
import { answer, counted, idOf, table } from './output.ts';
import { openSession } from './session.ts';
import { describePlan } from './show.ts';

type Options = { json?: true; out?: string };

export function addResults(program: Command): void {
  program
    .command('results')
    .argument('<id>')
    .description('write the five result files of a plan, as it is now')
    .option('--out <dir>', 'folder for the files')
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const planId = idOf(id, 'plan');
      await using session = await openSession(`results ${id}`);
      const plan = await findPlan(session.ledger, planId);
      await deliverResults(session.ledger, plan, options);
    });
}

/** Before anything is bought: a folder that cannot be written is better told now than later. */
export async function refuseBadFolder(out = 'results'): Promise<void> {
  const folder = resolve(out);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(
      'bad_config',
      `The results cannot be written to ${folder} (${code}). Name another folder with --out, one that this user may write. Nothing was stored and nothing was bought.`,
      { folder },
    );
  }
}

/** Writes the files and answers with the plan: what was bought, what is missing, where to look. */
export async function deliverResults(
  ledger: Ledger,
  plan: PlanDocument,
  { json, out }: Options,
): Promise<void> {
  const folder = resolve(out ?? `results/${plan.id}-${plan.name.replace(/\.[^.]*$/, '')}`);
  await writeResults(ledger, plan.id, folder);
  const lines = json ? '' : await describeLines(ledger, plan);
  answer(json, { ...plan, out: folder }, () => {
    const sandbox =
      plan.mode === 'sandbox' ? '\nThis was the sandbox: nothing was really bought.' : '';
    return `${describePlan(plan)}\n${lines}Results: ${folder}${sandbox}`;
  });
}

/** Enough for a look; lines.csv has them all. */
const SHOWN_LINES = 20;

async function describeLines(ledger: Ledger, plan: PlanDocument): Promise<string> {
  const rows: (string | number)[][] = [];
  for await (const page of lineResults(ledger, plan.id)) {
    for (const l of page) {
      const missing = l.short + l.refused + l.undelivered + l.cancelled;
      if (plan.lines > SHOWN_LINES && l.bought === l.requested) continue;
      const note = l.unknown > 0 ? `${l.unknown} unknown` : (l.reason ?? '');
      rows.push([
        String(l.line),
        l.areaCode ?? '',
        l.type,
        l.requested,
        l.bought,
        missing,
        note.slice(0, 80),
      ]);
      if (rows.length === SHOWN_LINES) break;
    }
    if (rows.length === SHOWN_LINES) break;
  }
  if (rows.length === 0) return '';
  const head = ['line', 'area code', 'type', 'requested', 'bought', 'missing', 'why'];
  const more =
    plan.lines > SHOWN_LINES
      ? `  (of ${counted(plan.lines, 'line')}; lines.csv has them all)\n`
      : '';
  return `${table(head, rows)}\n${more}`;
}
