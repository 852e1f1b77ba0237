/**
 * All that a document says beside the shape of a refusal, also what a tree of it lacks, such as
 * comments. What proves that nothing was bought must hold for all of it.
 */
import { resolveEscapes } from './escapes.ts';

const NAME = '(?:response|result|result_description)';
const ELEMENT = `<!ELEMENT ${NAME} \\((?:[,|*+? ]|#PCDATA|quantity|numbers|${NAME})*\\)>`;
const ENCODING = '(?:utf-?8|us-ascii|iso-8859-1|windows-1252|utf-16)';

const SHAPE = new RegExp(
  [
    `^\\s*<\\?xml version=["']1\\.\\d["'](?: encoding=["']${ENCODING}["'])?` +
      `(?: standalone=["'](?:yes|no)["'])?\\s*\\?>`,
    `<!DOCTYPE response\\s*(?:\\[\\s*(?:${ELEMENT}\\s*)*\\])?\\s*>`,
    `</?${NAME}\\s*/?>`,
    '<!\\[CDATA\\[|\\]\\]>',
  ].join('|'),
  'gi',
);

/** A bar stands for each part of the shape, so no part denies the words of another. */
export function allWords(document: string): string {
  return resolveEscapes(document.replace(SHAPE, ' | '));
}

/** Whether it says only that these were sold: a sale of fewer must not be a part of one. */
export function tellsOnlyOfSale(document: string, numbers: string[]): boolean {
  const words = allWords(document)
    .replace(GOODS, '|')
    .split(/[\s|]+/);
  const told = ['success', `${numbers.length}`, ...numbers];
  return words.filter((word) => word !== '').join(' ') === told.join(' ');
}

const GOODS = /<\/?(?:quantity|numbers?)\s*\/?>/g;
