/** Commands that can do their work through a server. */
export const SERVED_COMMANDS = [
  'submit',
  'start',
  'plans',
  'show',
  'watch',
  'results',
  'pause',
  'resume',
  'cancel',
  'retry',
  'close',
  'unknown',
  'settle',
  'account',
  'token',
];

export const COMMAND_NAMES = [
  ...SERVED_COMMANDS,
  'up',
  'check',
  'order',
  'work',
  'serve',
  'reconcile',
  'audit',
  'numbering',
  'sandbox',
  'migrate',
  'user',
  'completion',
];
