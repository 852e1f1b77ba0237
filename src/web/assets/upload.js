/** The form of a new plan: takes a dropped file, and shows how far its upload has come. */
import { localise } from './times.js';

export function helpUpload() {
  const form = document.getElementById('upload');
  if (!form) return;
  const drop = document.getElementById('drop');
  const field = document.getElementById('file');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form, field.files[0]);
  });
  // A chosen file is sent at once, to be checked.
  field.addEventListener('change', () => field.files.length > 0 && form.requestSubmit());
  drop.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer.files.length === 0) return;
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

/** Sends by XMLHttpRequest: fetch does not say how much of a body it has sent. */
function send(form, file) {
  const limit = Number(form.dataset.limit);
  if (file.size > limit) {
    const most = Math.floor(limit / 1e6);
    return refuse(
      form,
      `This file is larger than ${most} MB, so it was not read. Split it and upload the parts.`,
    );
  }
  const request = new XMLHttpRequest();
  const card = document.getElementById('progress');
  const bar = card.querySelector('progress');
  let sent = 0;
  let isAllSent = false;
  show(form, true);
  document.getElementById('progress-name').textContent = file.name;
  request.upload.onprogress = ({ loaded, total }) => {
    sent = loaded;
    isAllSent = loaded === total;
    bar.value = (loaded / total) * 100;
    document.getElementById('progress-text').textContent =
      loaded < total ? `${mb(loaded)} of ${mb(total)} sent` : 'All sent. Checking every line…';
  };
  request.onload = () => arrive(request);
  // Without an answer, a file that was sent whole may be stored or not.
  const outcome = () =>
    isAllSent
      ? 'All of the file had been sent, so it may be stored: ' +
        'look at “Plans” before you send it again.'
      : 'Nothing was stored.';
  request.onerror = () => refuse(form, `The upload stopped at ${mb(sent)}. ${outcome()}`);
  request.onabort = () => refuse(form, `The upload was stopped. ${outcome()}`);
  document.getElementById('stop').onclick = () => request.abort();
  request.open('POST', form.action);
  request.send(new FormData(form));
}

/** Leads to the page of a stored plan; else shows the page that says why it was not stored. */
function arrive(request) {
  if (new URL(request.responseURL).pathname !== '/plans')
    return location.assign(request.responseURL);
  const page = new DOMParser().parseFromString(request.responseText, 'text/html');
  const fresh = page.getElementById('main');
  if (!fresh) return location.reload();
  localise(fresh);
  document.getElementById('main').replaceWith(document.importNode(fresh, true));
  helpUpload();
  scrollTo(0, 0);
  document.getElementById('main').focus({ preventScroll: true });
}

function refuse(form, text) {
  show(form, false);
  form.reset();
  document.getElementById('fault')?.remove();
  const note = '<div class="note bad" role="alert" id="fault"><p><b></b></p></div>';
  form.insertAdjacentHTML('beforebegin', note);
  document.querySelector('#fault b').textContent = text;
}

function show(form, isSending) {
  form.querySelector('#drop').hidden = isSending;
  form.querySelector('#progress').hidden = !isSending;
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
