import type { Command } from 'commander';
import { AppError } from '../errors.ts';
import { auditLedger, findPlan } from '../ledger/index.ts';
import { answer, idOf } from './output.ts';
import { openSession } from './session.ts';

export function addAudit(program: Command): void {
  program
    .command('audit')
    .argument('[id]')
    .description('check every law against the ledger; exit 1 when one is broken')
    .option('--vendor', "also against the vendor's list of owned numbers")
    .action(async (id: string | undefined, _options, command: Command) => {
      const { json, vendor } = command.optsWithGlobals<{ json?: true; vendor?: true }>();
      if (vendor) {
        throw new AppError(
          'wrong_use',
          'audit --vendor comes in a later version, together with "reconcile". Without it the ledger itself is audited.',
        );
      }
      const planId = id === undefined ? undefined : idOf(id, 'plan');
      await using session = await openSession('audit');
      if (planId !== undefined) await findPlan(session.ledger, planId);
      const laws = await auditLedger(session.ledger, planId);
      const holds = laws.every((law) => law.breaches.length === 0);
      answer(json, { holds, laws }, () =>
        laws
          .flatMap(({ promise, breaches }) => [
            `${breaches.length === 0 ? 'holds ' : 'BROKEN'}  ${promise}`,
            ...breaches.map(
              (b) => `          ${b.order ? `order ${b.order}: ` : `plan ${b.plan}: `}${b.detail}`,
            ),
          ])
          .join('\n'),
      );
      process.exitCode = holds ? 0 : 1;
    });
}
