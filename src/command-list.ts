/**
 * What the help says of each command, so that it loads none of them. Commands take their
 * descriptions from here. Each has its own usage, and a test compares it with this one.
 */
export const COMMAND_LIST: [usage: string, description: string][] = [
  ['up', 'run the web page, the API and a worker in one process'],
  ['check [options] <plan.csv>', 'check a plan; changes nothing'],
  [
    'order [options] <plan.csv>',
    'submit a plan, place its orders, show progress, write the results: all in one process',
  ],
  ['submit [options] <plan.csv>', 'store a plan in the ledger, for running workers'],
  ['start [options] <id>', 'start a plan: workers begin to place its orders'],
  ['work', 'run a worker, which places the orders of all started plans'],
  ['serve', 'serve the web page and the API; workers run elsewhere'],
  ['plans [options]', 'list the newest 100 plans, newest first'],
  ['show [options] <id>', "show a plan's state and sums"],
  ['watch [options] <id>', 'show the progress of a plan until it ends or pauses'],
  ['results [options] <id>', 'write the six result files of a plan in its current state'],
  ['pause [options] <id>', 'claim no more orders of a plan; orders in flight finish'],
  ['resume [options] <id>', 'continue a paused plan'],
  ['cancel [options] <id>', 'end a plan; orders in flight finish, the rest is not bought'],
  ['retry [options] <id>', 'send undelivered and refused orders again, never unknown ones'],
  [
    'close [options] <id> [line]',
    'stop trying the standing lines of a plan; what they lack stays missing',
  ],
  ['unknown [options] [id]', 'list the orders whose outcome nobody knows'],
  [
    'settle [options] [order]',
    'settle an unknown order, or undo a settlement; needs a name and usually a reason',
  ],
  [
    'strays [options] [account]',
    'list numbers of an account that none of its orders has; say that some were bought elsewhere',
  ],
  [
    'lost [options] [account]',
    'list plans that a ledger that went back has lost; dismiss one that holds up others',
  ],
  ['approvals [options]', "list what waits for another person's approval"],
  [
    'approve [options] <approval>',
    "approve what another person asked for, as 'approvals' lists it",
  ],
  ['refuse [options] <approval>', "refuse what another person asked for, as 'approvals' lists it"],
  ['reconcile [options] [id]', "compare unknown orders with the vendor's list of owned numbers"],
  ['account [options] [name]', 'show accounts, change the pace of one, pause it or resume it'],
  [
    'audit [options] [id]',
    'check what the ledger shows of the invariants; exit 1 when one is broken',
  ],
  ['numbering [options] [code-or-state]', 'show what is known about area codes, or about one'],
  ['sandbox [options]', 'run the sandbox as a server, to try things out'],
  [
    'user [options] <action> [name]',
    'list, add, change or remove the users who may sign in, in USERS_FILE',
  ],
  ['token [options] <action> [name]', 'list, add or revoke the tokens that programs sign in with'],
  ['migrate', "bring the ledger's tables up to date, as most commands do first"],
  ['completion <shell>', 'print a script that completes commands and options of "bulk-order"'],
];

export const COMMAND_NAMES = COMMAND_LIST.map(([usage]) => usage.replace(/ .*/, ''));

/** Commands that can do their work through a server: they open operations, not a session. */
export const SERVED_COMMANDS = (
  'submit start plans show watch results pause resume cancel retry close ' +
  'unknown settle strays lost approvals approve refuse account token'
).split(' ');

/** Of these, what no token may do. */
export const FOR_PERSONS = ['approve', 'refuse'];
