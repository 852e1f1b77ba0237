/**
 * What scripts add to pages that work without them: figures that stay up to date, times in the
 * reader's zone, dropping a file, and keys. Nothing here knows how a page looks: what has changed is
 * taken from the page itself, asked for anew.
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

/** A reload does not say again what a button has done. */
function forgetWhatWasSaid() {
  const url = new URL(location.href);
  for (const name of ['said', 'settled', 'late', 'account']) url.searchParams.delete(name);
  if (url.href !== location.href) history.replaceState(null, '', url);
}

/** After a filter or another page of the table, reading goes on at the table. */
function focusWhatWasAskedFor() {
  if (location.hash === '#lines') document.getElementById('lines-h')?.focus();
}
