/**
 * Makes a node look like its counterpart in a newer copy of the page, in place. What the reader
 * holds stays: the focus, a selection, an open form, a typed text.
 */
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName)
    return replace(old, fresh);
  if (!(old instanceof Element)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.id !== fresh.id) return replace(old, fresh);
  // The content of a field belongs to the reader who typed it.
  if (old.matches('select, textarea') || isTyped(old)) return;
  // A form that is held does what it shows, and so may not take the name of something newer.
  if (old.matches('details:has(> form), form') && isHeld(old) && seen(old) !== seen(fresh)) return;
  takeAttributes(old, fresh);
  if (old.childNodes.length === fresh.childNodes.length) {
    const pairs = [...old.childNodes].map((node, at) => [node, fresh.childNodes[at]]);
    for (const [each, its] of pairs) morph(each, its);
  } else if (!isHeld(old)) {
    old.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
  } else {
    // Something came or went beside what is held.
    for (const each of old.children) {
      const its = [...fresh.children].find(({ id }) => id !== '' && id === each.id);
      if (its) morph(each, its);
    }
  }
}

/** Whether a change of the node would lose something that the reader holds. */
export function isHeld(node) {
  const active = document.activeElement;
  if (active && active !== document.body && active !== node && node.contains(active)) return true;
  const selection = getSelection();
  if (selection && !selection.isCollapsed && selection.containsNode(node, true)) return true;
  if (!(node instanceof Element)) return false;
  if (node.matches('details[open]') || node.querySelector('details[open]')) return true;
  // Closing a form gives up what was typed into it.
  return [...node.querySelectorAll('input')].some(
    (field) => isTyped(field) && !field.closest('details:not([open])'),
  );
}

/** What its forms name as shown. */
const seen = (node) => node.querySelector('[name=seen]')?.value;

function isTyped(field) {
  if (!(field instanceof HTMLInputElement)) return false;
  const isSet = field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  return isSet || field === document.activeElement;
}

function replace(old, fresh) {
  if (!isHeld(old)) old.replaceWith(document.importNode(fresh, true));
}

function takeAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    // The reader opens and closes it.
    if (name !== 'open' && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (name !== 'open' && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}
