export { isEmbeddedIn, ledgerIn, leftBehind } from './embedded-folder.ts';
export { fileInTheWay, makeFolder } from './make-folder.ts';
