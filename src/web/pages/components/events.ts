import { eventSentence, pausedItself, reasonBeside } from '../../../events/index.ts';
import type { LedgerEvent } from '../../../ledger/index.ts';
import { type Html, html } from '../html.ts';
import { withTimes } from './page-text.ts';
import { brief } from './times.ts';

type Card = {
  title: string;
  events: LedgerEvent[];
  now: Date;
  /** Links to the events after these, and to those before them. */
  later?: Html | false;
  earlier: Html | null;
};

export function eventsCard({ title, events, now, later, earlier }: Card): Html {
  return html`<section class="card" aria-labelledby="ev-h" id="events">
  <header><h2 id="ev-h">${title}</h2>${later}</header>
  <div data-part="events">
    ${eventList(events, now)}
    ${earlier && html`<div class="foot"><span></span>${earlier}</div>`}
  </div>
</section>`;
}

function eventList(events: LedgerEvent[], now: Date): Html {
  if (events.length === 0) return html`<p class="body muted">Nothing has happened yet.</p>`;
  return html`<ol class="events">${events.map((event) => {
    const words = html`${withTimes(eventSentence(event), now)}${because(event, now)}`;
    const key = String(event.at.getTime());
    return html`<li${pausedItself(event) && html` class="flag"`} data-key="${key}">
      ${brief(event.at, now)}<span>${words}</span></li>`;
  })}</ol>`;
}

function because(event: LedgerEvent, now: Date): Html | null {
  const why = reasonBeside(event);
  return why ? html` <span class="muted">Reason: “${withTimes(why, now)}”.</span>` : null;
}
