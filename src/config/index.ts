export type { AccountConfig } from './account.ts';
export { canDecode, type ProxyAddresses, plainTextWarning } from './addresses.ts';
export { areaCodesFor, type MeantAccount } from './area-codes.ts';
export { isDebugging } from './environment.ts';
export { followAccounts } from './follow.ts';
export { numberingOf } from './numbering.ts';
export { type Config, keysOf, readConfig, readUsersSetting } from './read.ts';
export { type RedisAddress, readRedisUrl } from './redis-address.ts';
export type { TracesConfig } from './traces.ts';
