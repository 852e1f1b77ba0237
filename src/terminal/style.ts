import { styleText } from 'node:util';
import { harmless } from '../harmless.ts';
import { asTyped } from './started.ts';

/** The meaning of each colour. The words say the same, so nothing is lost without colours. */
const FORMATS = {
  /** As intended. */
  good: 'green',
  /** Not bought, or delayed. */
  lacking: 'yellow',
  /** Unknown, or it costs money: a person must look. */
  doubtful: 'red',
  strong: 'bold',
  faint: 'dim',
} as const;

type Style = keyof typeof FORMATS;
export type Piece = string | { text: string; style: Style };
/**
 * One line for a person: a text without line breaks, or pieces of one. False and null are left out,
 * so a line may depend on something.
 */
export type ScreenLine = Piece | Piece[] | false | null;

const WORDS: Partial<Record<Style, string>> = {
  good: 'bought exact substituted finished running holds',
  lacking: 'missing short refused undelivered paused standing cancelled cancelling',
  doubtful: 'unknown BROKEN LIVE live',
};
const MEANINGS = new Map(
  Object.entries(WORDS).flatMap(([style, words]) =>
    words.split(' ').map((word) => [word, style as Style]),
  ),
);

export const meaningOf = (word: string): Style | undefined => MEANINGS.get(word);

export function inColour(text: string, word = text): Piece {
  const style = meaningOf(word);
  return style ? { text, style } : text;
}

export const textOfLine = (line: ScreenLine): string =>
  [line || '']
    .flat()
    .map((piece) => (typeof piece === 'string' ? piece : piece.text))
    .join('');

export const shown = (text: string): string => asTyped(harmless(text));

/** The line for a stream: in colour on a terminal, unless NO_COLOR is set. */
export function render(line: ScreenLine, stream: NodeJS.WriteStream): string {
  return [line || '']
    .flat()
    .map((piece) =>
      typeof piece === 'string'
        ? shown(piece)
        : styleText(FORMATS[piece.style], shown(piece.text), { stream }),
    )
    .join('');
}
