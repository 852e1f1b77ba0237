import { html as escaped } from 'ghtml';

/** A piece of a page. Only this file makes it, so everything else in a page is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | null | undefined | false | readonly Value[];

/**
 * A template of HTML. It escapes values, for texts and for quoted attributes, except pieces of its
 * own. Null, undefined and false become nothing; lists are joined.
 */
export function html(literals: TemplateStringsArray, ...values: Value[]): Html {
  const rest = values.map((value, at) => `${rendered(value)}${literals[at + 1]}`);
  return new Html(`${literals[0]}${rest.join('')}`);
}

function rendered(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(rendered).join('');
  return escaped`${value}`;
}
