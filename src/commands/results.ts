import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Office, ShownLine } from '../client/index.ts';
import { counted } from '../english.ts';
import { AppError } from '../errors.ts';
import { missingOf, type PlanDocument } from '../ledger/index.ts';
import { keepMemoryFlat } from './memory.ts';
import { openOffice, serverOption } from './office.ts';
import { answer, idOf, table } from './output.ts';
import { describePlan } from './show.ts';

type Options = { json?: true; out?: string };

export function addResults(program: Command): void {
  program
    .command('results')
    .argument('<id>')
    .description('write the six result files of a plan, as it is now')
    .option('--out <dir>', 'folder for the files')
    .addOption(serverOption())
    .action(async (id: string, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const planId = idOf(id, 'plan');
      keepMemoryFlat();
      await using office = await openOffice(`results ${id}`, command);
      await deliverResults(office, await office.plan(planId), options);
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
  office: Office,
  plan: PlanDocument,
  { json, out }: Options,
): Promise<void> {
  const folder = resolve(out ?? folderOf(plan));
  await office.writeResults(plan.id, folder);
  const lines = json ? '' : await describeLines(office, plan);
  answer(json, { ...plan, out: folder }, () => {
    const sandbox =
      plan.mode === 'sandbox' ? '\nThis was the sandbox: nothing was really bought.' : '';
    return `${describePlan(plan)}\n${lines}Results: ${folder}${sandbox}`;
  });
}

/** A plan that came over the web may be called anything, and a folder must not be. */
export function folderOf({ id, name }: Pick<PlanDocument, 'id' | 'name'>): string {
  return `results/${id}-${name.replace(/\.[^.]*$/, '').replace(/[/\\]/g, '-')}`;
}

/** Enough for a look; lines.csv has them all. */
const SHOWN_LINES = 20;

async function describeLines(office: Office, plan: PlanDocument): Promise<string> {
  const rows = (await shownLines(office, plan)).map((l) => [
    String(l.line),
    l.areaCode ?? '',
    l.type,
    l.requested,
    l.bought,
    missingOf(l),
    l.cancelled,
    (l.unknown > 0 ? `${l.unknown} unknown` : (l.reason ?? '')).slice(0, 80),
  ]);
  if (rows.length === 0) return '';
  const head = ['line', 'area code', 'type', 'requested', 'bought', 'missing', 'cancelled', 'why'];
  const more =
    plan.lines > SHOWN_LINES
      ? `  (of ${counted(plan.lines, 'line')}; lines.csv has them all)\n`
      : '';
  return `${table(head, rows)}\n${more}`;
}

/** All of a short plan; of a long one the first that lack something. */
async function shownLines(office: Office, { id, lines }: PlanDocument): Promise<ShownLine[]> {
  const limit = SHOWN_LINES;
  if (lines <= limit) return office.lines(id, { filter: 'all', limit });
  const found = new Map<number, ShownLine>();
  for (const filter of ['missing', 'unknown', 'waiting'] as const) {
    for (const line of await office.lines(id, { filter, limit })) found.set(line.line, line);
  }
  return [...found.values()].sort((a, b) => a.line - b.line).slice(0, limit);
}
