/**
 * All words of a document except the markup of an answer. They include what the parsed tree lacks,
 * such as comments: only a document that says nothing else proves that nothing was bought.
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

/** A bar replaces each piece of markup: a denial must not reach the words behind it. */
export function allWords(document: string): string {
  return resolveEscapes(document.replace(SHAPE, ' | '));
}

/** Whether the document says only that these were sold, and nothing of more to come. */
export function tellsOnlyOfSale(document: string, numbers: string[]): boolean {
  const words = allWords(document)
    .replace(GOODS, '|')
    .split(/[\s|]+/);
  const sale = ['success', `${numbers.length}`, ...numbers];
  return words.filter((word) => word !== '').join(' ') === sale.join(' ');
}

const GOODS = /<\/?(?:quantity|numbers?)\s*\/?>/g;
