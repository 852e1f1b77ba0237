export { type Messenger, openMessenger } from './messenger.ts';
