export { openVouch, type Vouch, vouchByJournal, wentBack } from './vouch.ts';
