/** What a command does that a text names, in the words of the pages. */
const ON_PAGES: [RegExp, string][] = [
  [/ "(?:plans|approvals)" lists [^.]*\./g, ''],
  [/; "settle \d+ --undo" takes that back/g, ''],
  [/"approve (\d+)" or "refuse \1 --why TEXT"/g, 'the page Approvals has it'],
  [/say "(start|retry) \d+"/g, '$1 the plan'],
  [/ "reconcile" reads it again; otherwise say [^.]*\./g, ''],
  [
    / If you know better, say --bought [^.]*\./g,
    ' If you know better, settle the order by itself.',
  ],
  [/ If you know better, say it with --against-evidence[^.]*\./g, ''],
  [/read the vendor's list with "reconcile", settle what is unknown/g, 'settle what is unknown'],
  [/with "reconcile --accept --by NAME"/g, 'on the page Unknown'],
  [/[.:] "reconcile" reads (the list again|one)/g, '. Wait until a worker has read $1'],
  [/resume with "account [^"]+ --resume"/g, 'press Resume on the page Accounts'],
  [/Start one \("work"\)/g, 'Start one'],
  [/"strays [^"]+" lists them/g, 'the page of the account lists them'],
  [/say so with "strays [^"]+"/g, 'say so on the page of the account'],
  [/: "lost [^"]+" shows how(?! to)/g, ' on the page of the account'],
  [/ "lost [^"]+" lists what is lost\./g, ''],
  [/"lost [^"]+" shows how to go on/g, 'the page of the account shows how to go on'],
  [/ The command "numbering Texas" lists [^.]*\./g, ''],
  [/Run "migrate"/g, 'Ask an operator to run bulk-order migrate'],
  [/, and then leave --attempt out/g, ''],
  [/say --again\b/g, 'ask an operator to run bulk-order submit --again'],
];

/** Names the buttons of the pages instead of commands. What no page does is for an operator. */
export function withoutCommands(text: string): string {
  return ON_PAGES.reduce((left, [command, words]) => left.replace(command, words), text);
}
