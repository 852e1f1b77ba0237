export { eventSentence, pausedItself, reasonBeside } from './sentence.ts';
