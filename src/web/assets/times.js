const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
const MINUTE = { hour: '2-digit', minute: '2-digit' };
const DAY_MS = 86_400_000;

/** The forms of a time; the server writes the same ones, in its own zone. */
const FORMS = {
  clock: (at) => format(at, CLOCK),
  minute: (at) => format(at, MINUTE),
  moment: (at) => `${dayOf(at)} ${format(at, MINUTE)}`,
  exact: (at) => `${dayOf(at)} ${format(at, dayOf(at) === 'today' ? CLOCK : MINUTE)}`,
  brief: (at) => (dayOf(at) === 'today' ? format(at, CLOCK) : `${dayOf(at)} ${format(at, MINUTE)}`),
};

/** Puts the times of a page, or of a part of it, into the reader's zone. */
export function localise(root) {
  for (const time of root.querySelectorAll('time[data-form]')) {
    const text = FORMS[time.dataset.form]?.(new Date(time.dateTime));
    if (text && time.textContent !== text) time.textContent = text;
  }
}

/** `14:07:31`, in the reader's zone. */
export function clock(at) {
  return format(at, CLOCK);
}

function format(at, options) {
  return at.toLocaleTimeString('en-GB', options);
}

function dayOf(at) {
  const now = new Date();
  if (at.toDateString() === now.toDateString()) return 'today';
  if (at.toDateString() === new Date(now.getTime() - DAY_MS).toDateString()) return 'yesterday';
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' };
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year });
}
