import type { AreaCodeRules } from '../plan/index.ts';
import { numberingOf } from './numbering.ts';
import { readConfig } from './read.ts';

/** The account that a plan is for, as far as it is known. */
export type MeantAccount = { account?: string; isLive?: boolean };

/**
 * What the area codes of a plan are checked against: strictly, if it may be for a live account.
 * Throws AppError `bad_config`.
 */
export async function areaCodesFor({ account, isLive }: MeantAccount = {}): Promise<AreaCodeRules> {
  const config = await readConfig();
  const own = config.accounts.filter(({ name }) => account === undefined || name === account);
  const { dayOf } = await import('../numbering/index.ts');
  return {
    numbering: await numberingOf(config),
    today: dayOf(new Date()),
    isStrict: isLive ?? own.some(({ mode }) => mode === 'live'),
  };
}
