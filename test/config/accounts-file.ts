import {
  type Environment,
  faultsOf as faultsIn,
  folderWith,
  read as readIn,
} from './environment.ts';

const ACCOUNTS_FILE = 'accounts.json';

/** A folder with an accounts file of this text, or of this as JSON, and other files beside it. */
export const folderOf = (accounts: unknown, files: Record<string, string> = {}) =>
  folderWith({ [ACCOUNTS_FILE]: accounts, ...files });

export const read = (folder: string, environment: Environment = {}) =>
  readIn({ ACCOUNTS_FILE, ...environment }, folder);

export const faultsOf = (accounts: unknown, environment: Environment = {}) =>
  faultsIn({ ACCOUNTS_FILE, ...environment }, folderOf(accounts, { key: 'from-a-file\n' }));

export const EAST = {
  name: 'east',
  mode: 'live',
  accessKey: 'e-open',
  secretAccessKey: 'e-sesame',
};
export const WEST = {
  name: 'west',
  mode: 'live',
  accessKey: 'w-open',
  secretAccessKey: 'w-sesame',
};
export const TRY = { name: 'try', mode: 'sandbox' };
