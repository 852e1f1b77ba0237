/** A message of the ledger without the commands that it names: pages have buttons instead. */
export function withoutCommands(message: string): string {
  return message
    .replace(/ "(?:plans|approvals)" lists [^.]*\./g, '')
    .replace(/; "settle \d+ --undo" takes that back/g, '')
    .replace(/"approve (\d+)" or "refuse \1 --why TEXT"/g, 'the page Approvals has it')
    .replace(/ "reconcile" reads it again; otherwise say [^.]*\./g, '');
}
