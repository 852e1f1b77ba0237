const PLAIN = /^[\x20-\x7e]*$/;
/** These take two columns: emoji, and the scripts of East Asia. */
const SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Hangul'].map((name) => `\\p{Script=${name}}`);
const WIDE = new RegExp(
  `\\p{Emoji_Presentation}|\\ufe0f|[${SCRIPTS.join('')}\\u3000-\\u303f\\uff01-\\uff60]`,
  'u',
);

export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return graphemes(text).reduce((sum, each) => sum + columnsOf(each), 0);
}

export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `${take(text, width - 1).trimEnd()}…`;
}

/** Lines of at most `columns`, broken at blanks; longer words are broken, too. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(2, columns);
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    while (widthOf(word) > width) {
      const start = take(word, width);
      lines.push(start);
      word = word.slice(start.length);
    }
    line = word;
  }
  return [...lines, line];
}

/** As much as fits, and at least one character. */
function take(text: string, width: number): string {
  let taken = '';
  let room = width;
  for (const each of graphemes(text)) {
    room -= columnsOf(each);
    if (room < 0 && taken !== '') break;
    taken += each;
  }
  return taken;
}

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): string[] {
  // Made when it is needed: the first use of `Intl` takes a process 10 ms.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

const columnsOf = (grapheme: string) => (WIDE.test(grapheme) ? 2 : 1);
