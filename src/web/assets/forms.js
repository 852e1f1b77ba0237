/** Helps with forms: one press counts once, Esc closes, the slider sets the number. */
export function helpForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    event.preventDefault();
    void sendIfReached(form);
  });
  // A browser may keep the page for the way back: its buttons must work again.
  addEventListener('pageshow', () => {
    for (const form of document.forms) setBusy(form, false);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const open = event.target.closest?.('.act[open]') ?? document.querySelector('.act[open]');
    if (!open) return;
    open.open = false;
    open.querySelector('summary').focus();
  });
  document.addEventListener('input', ({ target }) => {
    if (target.dataset.sets) document.getElementById(target.dataset.sets).value = target.value;
    const slider = document.querySelector(`[data-sets="${CSS.escape(target.id)}"]`);
    if (target.id && slider) slider.value = target.value;
  });
}

/** While the server is away, the page stays with what was typed; else a browser shows its error. */
async function sendIfReached(form) {
  setBusy(form, true);
  const isAway = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(3_000) })
    .then(() => false)
    // A slow server may still take the form.
    .catch(({ name }) => name !== 'TimeoutError');
  if (!isAway) return form.submit();
  setBusy(form, false);
  const note = form.querySelector('.away') ?? document.createElement('p');
  note.className = 'fault away';
  note.setAttribute('role', 'alert');
  note.textContent = 'The server cannot be reached. Nothing was sent. Press again when it is back.';
  form.prepend(note);
}

function setBusy(form, isBusy) {
  for (const button of form.querySelectorAll('button')) {
    if (button.type !== 'submit') continue;
    button.disabled = isBusy;
    if (isBusy) button.setAttribute('aria-busy', 'true');
    else button.removeAttribute('aria-busy');
  }
}
