import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { readJsonFile, unknownNames } from '../../reading/index.ts';
import { fileNamed } from '../../scrub.ts';
import { faultOfMatch, patternOf, type RefusalRule } from './refusals.ts';
import { takesTooLong } from './regex-time-limit.ts';

const RULE = z.strictObject(
  {
    match: z.string().superRefine((match, context) => {
      const message = faultOfMatch(match) ?? slownessOf(match);
      if (message !== null) context.addIssue({ code: 'custom', message });
    }),
    means: z.enum(['stock', 'credentials', 'busy', 'refused']),
  },
  { error: unknownNames('must be an object') },
);

function slownessOf(match: string): string | null {
  if (!takesTooLong(patternOf(match))) return null;
  return `${match} takes too long: it repeats a repetition`;
}

/** The operator's rules, a JSON list. Throws AppError `bad_config` with all faults at once. */
export function readRefusalRules(path: string): RefusalRule[] {
  const read = z.array(RULE).safeParse(parse(path));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path: [index, key], message }) => {
    const where = index === undefined ? 'the file' : `rule ${Number(index) + 1}`;
    return key === undefined ? `${where}: ${message}` : `${where}, ${String(key)}: ${message}`;
  });
  throw new AppError(
    'bad_config',
    `The refusal rules in ${path} have faults: ${faults.join('; ')}. ` +
      'Expected a list like [{"match": "no numbers", "means": "stock"}].',
    { faults },
  );
}

function parse(path: string): unknown {
  const read = readJsonFile(path);
  if ('document' in read) return read.document;
  throw new AppError('bad_config', `REFUSAL_RULES names ${fileNamed(path)}, which ${read.fault}.`);
}
