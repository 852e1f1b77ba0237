/** Shortcuts. They lead to pages; none starts, cancels, resumes or settles anything. */
const KEYS = [
  ['/', 'search', () => document.querySelector('input[type="search"]')?.focus()],
  ['n', 'new plan', () => location.assign('/plans/new')],
  ['g p', 'plans', () => location.assign('/')],
  ['g u', 'unknown', () => location.assign('/unknown')],
  ['g a', 'accounts', () => location.assign('/accounts')],
  ['[', 'previous page', () => document.querySelector('a[rel="prev"]')?.click()],
  [']', 'next page', () => document.querySelector('a[rel="next"]')?.click()],
  ['?', 'this list', showKeys],
];

/** The longest time between two keys that belong together. */
const PAIR_MS = 1_500;
const SWITCH = 'bulk-order keys';

export function listenForKeys() {
  let first = '';
  let firstAt = 0;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (localStorage.getItem(SWITCH) === 'off' && event.key !== '?') return;
    const isSecond = first !== '' && event.timeStamp - firstAt < PAIR_MS;
    const pressed = isSecond ? `${first} ${event.key}` : event.key;
    first = event.key === 'g' ? 'g' : '';
    firstAt = event.timeStamp;
    const [, , go] = KEYS.find(([keys]) => keys === pressed) ?? [];
    if (!go) return;
    event.preventDefault();
    go();
  });
}

function isTyping(target) {
  return target.closest?.('input, textarea, select, dialog') !== null;
}

function showKeys() {
  const dialog = document.getElementById('keys') ?? document.body.appendChild(keysDialog());
  if (!dialog.open) dialog.showModal();
}

function keysDialog() {
  const rows = KEYS.map(([keys, words]) => {
    const each = keys.split(' ').map((key) => `<kbd>${key}</kbd>`);
    return `<dt>${each.join('')}</dt><dd>${words}</dd>`;
  });
  const dialog = document.createElement('dialog');
  Object.assign(dialog, { id: 'keys', className: 'keys' });
  dialog.setAttribute('aria-labelledby', 'keys-h');
  dialog.innerHTML = `<h2 id="keys-h">Keys</h2><dl class="kv">${rows.join('')}</dl>
    <label class="check"><input type="checkbox"><span>Use these keys on this computer</span></label>
    <form method="dialog"><button class="btn">Close</button></form>`;
  const box = dialog.querySelector('input');
  box.checked = localStorage.getItem(SWITCH) !== 'off';
  box.onchange = () => localStorage.setItem(SWITCH, box.checked ? 'on' : 'off');
  return dialog;
}
