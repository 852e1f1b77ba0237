/**
 * Keeps a page up to date. On an event, or after a while on pages without events, it loads the page
 * again and takes its parts over in place. So only the server puts figures into words.
 */
import { isHeld, morph } from './morph.js';
import { FORMS } from './time-forms.js';
import { localise } from './times.js';

/** The least time between two loads, and longer for a page that takes long to load. */
const LEAST_MS = 2_000;
const REST_PER_MS = 4;
/** The longest time between two loads: without events, and with them, in case one was missed. */
const LOOK_MS = { polled: 3_000, told: 30_000 };
const LOST_AFTER_MS = 3_000;
const SPEAK_MS = 30_000;
const RETRY_MS = [2_000, 4_000, 8_000, 16_000, 30_000];

export function keepLive() {
  if (document.body.dataset.live !== undefined) new Page().watch();
}

class Page {
  #events = document.body.dataset.events;
  #source;
  #channel;
  /** Gives up the stream, or the wait for it. */
  #leave;
  #tookMs = 0;
  #timer;
  #lastAsked = 0;
  #isAsking = false;
  /** When the page last was what the server has. */
  #freshAt = new Date();
  #failures = 0;
  #lostTimer;
  #spokenAt = 0;
  #spokenState = '';

  watch() {
    document.addEventListener('visibilitychange', () =>
      document.hidden ? this.#rest() : this.#open(),
    );
    // A page that a browser keeps for the way back holds no connection.
    addEventListener('pagehide', () => this.#rest());
    addEventListener('pageshow', (event) => event.persisted && this.#open());
    if (!document.hidden) this.#open();
  }

  #open() {
    this.#rest();
    this.#askIn(0);
    if (!this.#events) return;
    this.#channel = new BroadcastChannel(`bulk-order ${this.#events}`);
    this.#channel.onmessage = () => this.#askIn(0);
    // A browser has six connections to a server, and a stream holds one. So only one of its windows
    // has a stream, and passes news on to windows of the same plan. The others poll.
    const leaving = new AbortController();
    this.#leave = () => leaving.abort();
    navigator.locks
      ?.request('bulk-order stream', { signal: leaving.signal }, () => this.#listen(leaving.signal))
      .catch(() => {});
  }

  /** Runs as long as this window has the stream. */
  #listen(left) {
    if (left.aborted) return;
    const source = new EventSource(this.#events);
    this.#source = source;
    const tell = () => {
      this.#askIn(0);
      this.#channel?.postMessage('news');
    };
    for (const name of ['plan', 'lines', 'event', 'bucket']) source.addEventListener(name, tell);
    source.onerror = () => this.#fail();
    return new Promise((done) => left.addEventListener('abort', done)).then(() => source.close());
  }

  #rest() {
    this.#leave?.();
    this.#leave = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.#channel?.close();
    this.#channel = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#lostTimer);
    this.#lostTimer = undefined;
    this.#timer = undefined;
  }

  /** Loads the page after that time, or as soon after it as is allowed. */
  #askIn(ms) {
    const least = Math.max(LEAST_MS, REST_PER_MS * this.#tookMs);
    const wait = Math.max(ms, this.#lastAsked + least - Date.now(), 0);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), wait);
  }

  async #ask() {
    if (this.#isAsking) return this.#askIn(LEAST_MS);
    this.#isAsking = true;
    this.#timer = undefined;
    this.#lastAsked = Date.now();
    try {
      const reply = await fetch(location.href, { headers: { accept: 'text/html' } });
      // Nobody is signed in any longer: the page to sign in on came instead.
      if (reply.status === 401 || reply.redirected) return location.reload();
      if (!reply.ok) throw new Error(String(reply.status));
      this.#show(new DOMParser().parseFromString(await reply.text(), 'text/html'));
      this.#tookMs = Date.now() - this.#lastAsked;
      this.#succeed();
    } catch (error) {
      this.#fail(error.message);
    } finally {
      this.#isAsking = false;
    }
  }

  #succeed() {
    this.#freshAt = new Date();
    this.#failures = 0;
    clearTimeout(this.#lostTimer);
    this.#lostTimer = undefined;
    document.body.classList.remove('stale');
    document.getElementById('lost')?.remove();
    say('', 'Updates are live');
    // News came while it loaded, or its stream failed: that has set the timer.
    if (document.hidden || this.#timer !== undefined) return;
    this.#askIn(this.#source ? LOOK_MS.told : LOOK_MS.polled);
  }

  /** Says nothing yet: the server may be back in a moment. */
  #fail(status) {
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    this.#lostTimer ??= setTimeout(() => this.#lose(status), LOST_AFTER_MS);
    if (document.getElementById('lost')) this.#lose(status, wait);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#source?.readyState === EventSource.CLOSED) this.#open();
      else this.#ask();
    }, wait);
  }

  #lose(status, waitMs) {
    document.body.classList.add('stale');
    for (const left of document.querySelectorAll('[data-figure="left"]'))
      left.textContent = 'not known';
    say('lost', 'Updates stopped');
    const again = waitMs ? ` We are trying again in ${waitMs / 1000} s.` : ' We are trying again.';
    const [head, rest] =
      status === '503'
        ? [
            'We cannot reach the ledger.',
            ' No new order is sent without it. What you see may be old.',
          ]
        : [
            `Updates stopped at ${FORMS.clock(this.#freshAt)}.`,
            ' What you see may be old. Orders continue as long as a worker runs.',
          ];
    lostNote(head, rest + again);
  }

  #show(fresh) {
    localise(fresh);
    const shape = (page) => page.querySelector('[data-shape]')?.dataset.shape;
    if (shape(fresh) !== shape(document)) {
      // It is another page now: someone started the plan, for example.
      if (!isHeld(document.getElementById('main'))) location.reload();
      return;
    }
    document.title = fresh.title;
    for (const part of document.querySelectorAll('[data-part]')) {
      const its = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (its) morph(part, its);
    }
    for (const [at, rows] of document.querySelectorAll('[data-rows]').entries()) {
      const its = fresh.querySelectorAll('[data-rows]')[at];
      takeRows(rows, its);
    }
    this.#speak(fresh.querySelector('[data-sentence]'));
  }

  /** For screen readers: at once when the state changes, else now and then. */
  #speak(sentence) {
    if (!sentence) return;
    const { sentence: state } = sentence.dataset;
    const isNew = this.#spokenState !== '' && this.#spokenState !== state;
    if (!isNew && Date.now() - this.#spokenAt < SPEAK_MS) return;
    // The first sentence is on the page already.
    if (this.#spokenAt > 0) document.getElementById('spoken').textContent = sentence.textContent;
    this.#spokenAt = Date.now();
    this.#spokenState = state;
  }
}

/** Changes rows in place. When rows would come or go, it shows a hint instead. */
function takeRows(rows, fresh) {
  const its = new Map([...(fresh?.children ?? [])].map((row) => [row.dataset.key, row]));
  const mine = [...rows.children];
  for (const row of mine) {
    const other = its.get(row.dataset.key);
    if (other) morph(row, other);
  }
  const isSame =
    mine.length === its.size && mine.every((row, at) => [...its.keys()][at] === row.dataset.key);
  const hint = rows.closest('section, main')?.querySelector('[data-changed]');
  if (hint) hint.hidden = isSame;
}

/** Says in the header whether the page is up to date. */
function say(tone, words) {
  const conn = document.getElementById('conn');
  if (!conn) return;
  conn.className = `conn ${tone}`.trim();
  if (conn.textContent !== words) conn.textContent = words;
}

const LOST = `<div class="note warn" role="status" id="lost">
  <p><b></b><span></span></p><a class="btn" href="">Reload</a></div>`;

function lostNote(head, rest) {
  if (!document.getElementById('lost'))
    document.querySelector('main .head')?.insertAdjacentHTML('afterend', LOST);
  const note = document.getElementById('lost');
  // A page without a head has no place for it.
  if (!note) return;
  note.querySelector('b').textContent = head;
  note.querySelector('span').textContent = rest;
}
