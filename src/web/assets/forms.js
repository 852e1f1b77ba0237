/** Small comforts of forms: one press is one press, Esc closes, the slider sets the number. */
export function helpForms() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    // After this the browser has the form's data: what is disabled now is sent all the same.
    setTimeout(() => setBusy(form, true));
  });
  // Back from the next page, forms can be used again.
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

function setBusy(form, isBusy) {
  for (const button of form.querySelectorAll('button')) {
    if (button.type !== 'submit') continue;
    button.disabled = isBusy;
    if (isBusy) button.setAttribute('aria-busy', 'true');
    else button.removeAttribute('aria-busy');
  }
}
