import { FORMS } from './time-forms.js';

/** Puts the times of a page, or of a part of it, into the reader's zone. */
export function localise(root) {
  for (const time of root.querySelectorAll('time[data-form]')) {
    const text = FORMS[time.dataset.form]?.(new Date(time.dateTime), new Date());
    if (text && time.textContent !== text) time.textContent = text;
  }
}
