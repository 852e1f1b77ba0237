import { html as escaped } from 'ghtml';

/** A piece of a page. Only `html` makes it, so whatever else goes into a page is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | null | undefined | false | readonly Value[];

/**
 * A template of HTML: what is put into it is escaped, for text and for quoted attributes, unless it
 * is a piece that was made here itself. Null, undefined and false are nothing; lists are joined.
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

/** The attribute's name where it holds, such as `checked`; else nothing. */
export function flag(name: string, holds: boolean): Html {
  return new Html(holds ? ` ${name}` : '');
}
