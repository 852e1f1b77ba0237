import { COMMAND_LIST } from '../command-list.ts';

/** Commands that can do their work through a server: they open operations, not a session. */
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
  'strays',
  'lost',
  'approvals',
  'approve',
  'refuse',
  'account',
  'token',
];

export const COMMAND_NAMES = COMMAND_LIST.map(([usage]) => usage.replace(/ .*/, ''));
