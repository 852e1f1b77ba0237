export { vouchByJournal, wentBack } from './compare.ts';
export { Vouch } from './vouch.ts';
