import type { Command } from 'commander';
import { numberingOf, readConfig } from '../config/index.ts';
import { AppError, usageError } from '../errors.ts';
import {
  changesBetween,
  dayOf,
  KINDS,
  type Numbering,
  readReportFile,
} from '../numbering/index.ts';
import { answer, examples, newCommand, type ScreenLine, table } from '../terminal/index.ts';

type Options = { json?: true; from?: string };

/** How far `numbering CODE` looks for other codes. */
const NEARBY_MILES = 25;

export function addNumbering(program: Command): void {
  newCommand(program, 'numbering')
    .argument('[code-or-state]')
    .option('--from <file>', "NANPA's report, to be compared with the area codes in use")
    .addHelpText(
      'after',
      examples('numbering', 'numbering 212', 'numbering "New York"', 'numbering --from report.csv'),
    )
    .action(async (code: string | undefined, { json, from }: Options) => {
      const inUse = await numberingOf(await readConfig());
      const today = dayOf(new Date());
      if (from !== undefined) {
        if (code !== undefined) throw usageError('Say --from, or an area code, not both.');
        answerChanges(inUse, { from, json, today });
      } else if (code !== undefined && /\p{L}/u.test(code)) {
        const codes = codesIn(inUse, code, today);
        const place = { place: code, codes, fileDate: inUse.fileDate };
        answer(json, place, () => [`${code}: ${codes.join(', ')}`, byReport(inUse)]);
      } else if (code !== undefined) {
        const facts = factsOf(inUse, code, today);
        answer(json, facts, () => describeCode(facts));
      } else {
        const facts = { ...aboutTable(inUse, today), kinds: kindsOf(inUse, today) };
        answer(json, facts, () => [...describeTable(facts), ...kindsTable(facts.kinds)]);
      }
    });
}

function aboutTable(numbering: Numbering, today: string) {
  const { fileDate, sha256 } = numbering;
  const ageInDays = numbering.ageInDays(today);
  return { fileDate, sha256, ageInDays, warning: numbering.ageWarning(today) };
}

function describeTable({ fileDate, sha256, warning }: ReturnType<typeof aboutTable>): ScreenLine[] {
  return [`Area codes of NANPA's report of ${fileDate} (sha256 ${sha256}).`, warning];
}

type Kind = { kind: string; codes: number; inService: number };

const COUNTRIES: Record<string, string> = { US: 'United States', CA: 'Canada' };

function kindsOf(numbering: Numbering, today: string): Kind[] {
  const [geographic, ...others] = KINDS;
  const places = [...Object.values(COUNTRIES), 'elsewhere'].map((each) => `${geographic}, ${each}`);
  const byKind = Map.groupBy(numbering.all(), ({ kind, country }) =>
    kind === geographic ? `${kind}, ${COUNTRIES[country ?? ''] ?? 'elsewhere'}` : kind,
  );
  return [...places, ...others].map((kind) => {
    const codes = byKind.get(kind) ?? [];
    const inService = codes.filter(({ code }) => numbering.isInService(code, today));
    return { kind, codes: codes.length, inService: inService.length };
  });
}

function kindsTable(kinds: Kind[]): ScreenLine[] {
  const rows = kinds.map(({ kind, codes, inService }) => [kind, codes, inService]);
  return table(['kind', 'codes', 'in service'], rows);
}

const byReport = ({ fileDate }: { fileDate: string }) => `By NANPA's report of ${fileDate}.`;

/** Throws AppError `invalid_usage` for what is no place of the numbering plan, such as a city. */
function codesIn(numbering: Numbering, place: string, today: string): string[] {
  const codes = numbering.codesIn(place, today);
  if (codes.length > 0) return codes;
  throw usageError(`"${place}" is no state, province or country of the numbering plan.`);
}

/** Throws AppError `invalid_usage` for what is no area code, `not_found` for one not assigned. */
function factsOf(numbering: Numbering, code: string, today: string) {
  if (!/^\d{3}$/.test(code))
    throw usageError(`"${code}" is not an area code: it must have 3 digits.`);
  const found = numbering.find(code);
  if (!found) {
    const { fileDate } = numbering;
    const message = `Area code ${code} is not assigned in NANPA's report of ${fileDate}.`;
    throw new AppError('not_found', message, { name: code });
  }
  const nearby = numbering.nearby(code, NEARBY_MILES, { today, cross: true });
  return {
    ...found,
    place: numbering.describe(code) ?? '',
    inService: numbering.isInService(code, today),
    nearby: nearby.map((each) => ({ ...each, miles: Math.round(each.miles) })),
    fileDate: numbering.fileDate,
  };
}

function describeCode(facts: ReturnType<typeof factsOf>): ScreenLine[] {
  const { code, kind, place, since, inService, overlays, nearby } = facts;
  const service = since === null ? 'day not known' : inService ? `since ${since}` : `from ${since}`;
  const near = nearby.map(({ code, miles }) => `${code} (${miles})`).join(', ');
  return [
    `${code} ${place}`,
    place !== kind && `  kind        ${kind}`,
    `  in service  ${service}`,
    `  overlays    ${overlays.join(', ') || 'none'}`,
    near !== '' && `  nearby      ${near} (miles, roughly)`,
    byReport(facts),
  ];
}

function answerChanges(
  inUse: Numbering,
  { from, json, today }: { from: string; json: true | undefined; today: string },
): void {
  const report = readReportFile(from);
  const changes = changesBetween(inUse, report);
  const about = aboutTable(report, today);
  const rows = changes.map(({ code, what, was, is }) => [code, what, was, is]);
  answer(json, { ...about, inUse: aboutTable(inUse, today), changes }, () => [
    ...describeTable(about),
    ...(changes.length === 0
      ? [`It says the same as the report of ${inUse.fileDate} in use.`]
      : [
          `It differs from the report of ${inUse.fileDate} in use:`,
          ...table(['code', 'what', 'was', 'is'], rows),
        ]),
  ]);
}
