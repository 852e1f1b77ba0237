import type { Command } from 'commander';
import { fits } from '../evidence/index.ts';
import {
  type AuditResult,
  auditLedger,
  type Breach,
  boughtNumbers,
  findPlan,
  type Ledger,
  strays,
  surplusNumbers,
  ticksFor,
  unknownAttempts,
} from '../ledger/index.ts';
import { takeListing } from '../maintenance/index.ts';
import { type OwnAccount, openSession, type Session } from '../session/index.ts';
import {
  answer,
  examples,
  idOf,
  inColour,
  newCommand,
  type ScreenLine,
} from '../terminal/index.ts';
import { openVendorFor } from '../worker/index.ts';

type Options = { json?: true; vendor?: true };

export function addAudit(program: Command): void {
  newCommand(program, 'audit')
    .argument('[id]', '', idOf('plan'))
    .option('--vendor', "also compare with the vendor's list of owned numbers")
    .addHelpText('after', examples('audit', 'audit 1 --vendor'))
    .action(async (planId: number | undefined, { json, vendor }: Options) => {
      await using session = await openSession('audit');
      const plan = planId === undefined ? undefined : await findPlan(session.ledger, planId);
      const laws = await auditLedger(session.ledger, planId);
      if (vendor) {
        for (const each of await session.ownAccountsOf(plan))
          laws.push(...(await auditVendor(session, each)));
      }
      const holds = laws.every((law) => law.breaches.length === 0);
      answer(json, { holds, laws }, () => laws.flatMap(describe));
      process.exitCode = holds ? 0 : 1;
    });
}

async function auditVendor(
  session: Session,
  { account, settings }: OwnAccount,
): Promise<AuditResult[]> {
  const { config, ledger } = session;
  const vendor = await openVendorFor({ ...session, account, settings: () => settings });
  try {
    const recorded = await boughtNumbers(ledger, account.id);
    const { numbers } = await takeListing({
      ...{ ledger, vendor, account },
      listLagMs: ticksFor(config.reconcileAfterMs),
    });
    const listed = new Set(numbers);
    return [
      {
        law: 'strays',
        promise: 'what the account owns was there before, an order here has it, or it is foreign',
        breaches: await straysAmong(listed, ledger, account.id),
      },
      {
        law: 'still_owned',
        promise: "what was bought is on the vendor's list",
        breaches: recorded
          .filter((number) => !listed.has(number))
          .map((number) => breach(`${number} is not on the list: removed, or not listed yet`)),
      },
    ];
  } finally {
    await vendor.close();
  }
}

async function straysAmong(
  listed: ReadonlySet<string>,
  ledger: Ledger,
  accountId: number,
): Promise<Breach[]> {
  const unknowns = await unknownAttempts(ledger, accountId);
  const surplus = new Map((await surplusNumbers(ledger)).map((each) => [each.number, each.order]));
  const whose = (number: string): string => {
    const maybe = unknowns.filter((asked) => fits(asked, number)).map(({ order }) => order);
    if (maybe.length > 0) return `may belong to unknown order ${maybe.join(' or ')}`;
    const named = surplus.get(number);
    if (named === undefined) return 'belongs to no order here';
    return `was named for order ${named}, which has its numbers already`;
  };
  return (await strays(ledger, accountId))
    .filter(({ number, isForeign }) => listed.has(number) && !isForeign)
    .map(({ number, listedAt }) =>
      breach(`${number}, on the list since ${listedAt.toISOString()}, ${whose(number)}`),
    );
}

function breach(detail: string): Breach {
  return { order: null, plan: null, detail };
}

/** The rest is counted, not listed. */
const LISTED = 20;

function describe({ promise, breaches }: AuditResult): ScreenLine[] {
  const more = breaches.length - LISTED;
  return [
    [breaches.length === 0 ? inColour('holds ', 'holds') : inColour('BROKEN'), `  ${promise}`],
    ...breaches.slice(0, LISTED).map(({ order, plan, detail }) => {
      const where = order ? `order ${order}: ` : plan ? `plan ${plan}: ` : '';
      return `          ${where}${detail}`;
    }),
    more > 0 && `          … and ${more} more`,
  ];
}
