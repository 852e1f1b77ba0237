/**
 * What scripts add to pages that work without them: figures that stay up to date, times in the
 * reader's zone, dropping a file, and keys. Scripts make only notes and the list of keys: all else
 * comes from the page itself, loaded again.
 */
import { helpForms } from './forms.js';
import { listenForKeys } from './keys.js';
import { keepLive } from './live.js';
import { localise } from './times.js';
import { helpUpload } from './upload.js';

document.documentElement.classList.add('scripted');
localise(document);
forgetWhatWasSaid();
helpForms();
helpUpload();
listenForKeys();
keepLive();
focusWhatWasAskedFor();

/** After a reload, the page does not repeat what a button did. */
function forgetWhatWasSaid() {
  const url = new URL(location.href);
  for (const name of ['said', 'settled', 'late', 'account']) url.searchParams.delete(name);
  if (url.href !== location.href) history.replaceState(null, '', url);
}

/** After a filter or a turn of the page, the focus is on the table. */
function focusWhatWasAskedFor() {
  if (location.hash === '#lines') document.getElementById('lines-h')?.focus();
}
