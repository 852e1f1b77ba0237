/** The form of a new plan: drop a file on it, and see how far the upload has come. */
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
  // Whoever has chosen a file wants to know what is in it.
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

/** By XMLHttpRequest: fetch does not tell how much of a body has been sent. */
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
  // Without its answer nobody knows here whether a whole file was taken.
  const nothing = () =>
    isAllSent
      ? 'All of the file had been sent, so it may be stored: look at “Plans” before you send it again.'
      : 'Nothing was stored.';
  request.onerror = () => refuse(form, `The upload broke off at ${mb(sent)}. ${nothing()}`);
  request.onabort = () => refuse(form, `The upload was stopped. ${nothing()}`);
  document.getElementById('stop').onclick = () => request.abort();
  request.open('POST', form.action);
  request.send(new FormData(form));
}

/** A plan that was stored has a page of its own; what stands in the way is on the page that came. */
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
  let note = document.getElementById('fault');
  if (!note) {
    note = document.createElement('div');
    note.id = 'fault';
    note.className = 'note bad';
    note.setAttribute('role', 'alert');
    form.before(note);
  }
  const words = document.createElement('b');
  words.textContent = text;
  const line = document.createElement('p');
  line.append(words);
  note.replaceChildren(line);
}

function show(form, isSending) {
  form.querySelector('#drop').hidden = isSending;
  form.querySelector('#progress').hidden = !isSending;
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
