import type { Command } from 'commander';
import { count, counted } from '../english.ts';
import { type LostPlan, shownFile } from '../ledger/index.ts';
import { chooseAccount, readDismissal, type SaidDismissal } from '../operations/index.ts';
import { actingUser, openOperations, serverOption, tokenOption } from '../session/index.ts';
import { answer, examples, newCommand, type ScreenLine, table } from '../terminal/index.ts';

type Options = SaidDismissal & { json?: true; by?: string };

export function addLost(program: Command): void {
  newCommand(program, 'lost')
    .argument('[account]')
    .option('--dismiss <sha256>', 'the lost plans of this file hold up no other plan any more')
    .option('--against-evidence', 'say it although the evidence contradicts it')
    .option('--by <name>', 'the person who says it')
    .option('--why <text>', 'how you know it')
    .addOption(serverOption())
    .addOption(tokenOption())
    .addHelpText(
      'after',
      examples(
        'lost',
        "lost --dismiss 3f2a9c01d4e5 --by Ada --why 'it was no remainder of any plan here'",
      ),
    )
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { json, dismiss, againstEvidence, by, why } = options;
      const isSaid = [dismiss, againstEvidence, by, why].some((each) => each);
      const wish = isSaid ? readDismissal(options, { who: actingUser(), by }) : undefined;
      await using operations = await openOperations('lost', command);
      const how = (first: string) => `Say which one, such as "lost ${first}".`;
      const account = chooseAccount(await operations.accounts(), name, { how }).name;
      if (!wish) {
        const lost = await operations.lostPlans(account);
        answer(json, lost, () => describe(account, lost));
        return;
      }
      const dismissed = await operations.dismiss(account, wish);
      answer(json, dismissed, () => [
        `${counted(dismissed.length, 'lost plan')} dismissed.`,
        'Resume each plan that has paused for it: "resume ID"',
      ]);
    });
}

function describe(account: string, lost: LostPlan[]): ScreenLine[] {
  if (lost.length === 0) return ['The ledger has lost no plan that another one waits for.'];
  return [
    ...table(
      ['file', 'copy', 'numbers', 'orders sent', ''],
      lost.map(({ file, copy, numbers, sent, planId, isDismissed }) => [
        shownFile(file),
        count(copy),
        numbers === null ? '' : count(numbers),
        sent === null ? '' : count(sent),
        planId === null ? (isDismissed ? 'lost, dismissed' : 'lost') : `back, as plan ${planId}`,
      ]),
    ),
    ...(lost.every(({ isDismissed }) => isDismissed) ? [] : howToGoOn(account)),
  ];
}

function howToGoOn(account: string): ScreenLine[] {
  return [
    'A file is named by its SHA-256: "sha256sum FILE" prints it. Submit the file of a lost plan',
    'again, unless it is gone. Older plans that may ask for the same wait: cancel those whose',
    'remainder it was. Then dismiss it:',
    `  "lost ${account} --dismiss SHA256 --by NAME --why TEXT"`,
  ];
}
