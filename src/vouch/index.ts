export { vouchByJournal, wentBack } from './compare.ts';
export { openVouch, type Vouch } from './vouch.ts';
