import { type Html, html } from '../html.ts';
import { count } from './numbers.ts';

type Words = Html | string;

export function heading(words: Words): Html {
  return html`<th scope="col">${words}</th>`;
}

export function numberHeading(words: string): Html {
  return html`<th scope="col" class="n">${words}</th>`;
}

export function lineCell(line: number): Html {
  return html`<th scope="row" class="n" data-h="Line">${count(line)}</th>`;
}

/** A cell that carries its heading, for narrow screens, where a row becomes a card. */
export function cell(headed: string, content: Words | null, tone?: string): Html {
  return html`<td${tone && html` class="${tone}"`} data-h="${headed}">${content}</td>`;
}

export function numberCell(headed: string, content: Words): Html {
  return cell(headed, content, 'n');
}

/** Turns to another page of a list; without an address there is none. */
export function pageLink(rel: 'prev' | 'next', words: string, href: string | null): Html {
  return href === null
    ? html`<span class="btn" aria-disabled="true">${words}</span>`
    : html`<a class="btn" rel="${rel}" href="${href}">${words}</a>`;
}
