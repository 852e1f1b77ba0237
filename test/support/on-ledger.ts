/** All that tests do with a ledger, by the same names and without naming the ledger each time. */
import * as functions from '../../src/ledger/index.ts';
import * as reports from '../report/reported-plan.ts';
import * as remainders from '../report/submitted-remainder.ts';
import * as losing from '../vouch/losing.ts';
import * as vouching from '../vouch/vouching.ts';
import * as foreign from './foreign.ts';
import * as ladders from './ladder-plan.ts';
import * as looks from './ledger.ts';
import * as plans from './plans.ts';
import * as reconciling from './reconciling.ts';
import * as sending from './sending.ts';
import * as settling from './settling.ts';

type Ledger = functions.Ledger;

const ALL = {
  ...functions,
  ...{ ...foreign, ...ladders, ...looks, ...plans, ...reconciling, ...sending, ...settling },
  ...{ ...losing, ...remainders, ...reports, ...vouching },
};

/** Those of them that a ledger is handed to first. */
type Bound<All> = {
  [Name in keyof All as All[Name] extends (ledger: Ledger, ...rest: never) => unknown
    ? Name
    : never]: All[Name] extends (ledger: Ledger, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

export type OnLedger = Omit<Bound<typeof ALL>, 'sql'> & {
  ledger: Ledger;
  sql<Row = Record<string, never>>(text: string, values?: unknown[]): Promise<Row[]>;
};

export function onLedger(ledger: Ledger): OnLedger {
  const bound = Object.entries(ALL)
    .filter(([, one]) => typeof one === 'function')
    .map(([name, one]) => [name, (one as (...given: unknown[]) => unknown).bind(null, ledger)]);
  return { ...Object.fromEntries(bound), ledger };
}
