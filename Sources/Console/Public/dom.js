// Making elements. Every value becomes text: nothing that comes from a packet is ever read as HTML.

/** h('button.main', {onclick: …}, 'text', child, [children]): an element of a tag with classes. */
export function h(tag, ...parts) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length) element.className = classes.join(' ');
  for (const part of parts.flat(Infinity)) {
    if (part === null || part === undefined || part === false) continue;
    if (part instanceof Node) element.append(part);
    else if (typeof part === 'object') {
      for (const [key, value] of Object.entries(part)) {
        if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
        else if (key === 'style') Object.assign(element.style, value);
        else if (key === 'value') element.value = value;
        else if (value === true) element.setAttribute(key, '');
        else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
      }
    } else element.append(String(part));
  }
  return element;
}

const keysOff = 'single-keys-off';

/** Whether single keys do something; who speaks to the page, or meets keys by chance, can switch them off. */
export const singleKeys = {
  get areOn() { return localStorage.getItem(keysOff) === null; },
  set areOn(value) { if (value) localStorage.removeItem(keysOff); else localStorage.setItem(keysOff, 'true'); },
};

/** Whether a key is for the page: alone, and not typed into a field. */
export function isForPage(event) {
  return singleKeys.areOn && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.('input, textarea, select, .CodeMirror, dialog');
}

export function fill(element, ...parts) {
  element.replaceChildren(...parts.flat(Infinity).filter(part => part !== null && part !== undefined && part !== false));
  return element;
}

/** Asks in a dialog; resolves to whether the answer was yes. */
export function ask(title, text, yes) {
  const dialog = document.getElementById('dialog');
  return new Promise(resolve => {
    const close = answer => { dialog.close(); resolve(answer); };
    fill(dialog,
      h('h1', {id: 'dialog-title'}, title), h('p', text),
      h('.row',
        h('button.danger', {onclick: () => close(true)}, yes),
        h('button', {onclick: () => close(false), autofocus: true}, 'Cancel')));
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
  });
}

/** Asks for a line of text in a dialog; resolves to it, or to null. */
export function askText(title, text, yes) {
  const dialog = document.getElementById('dialog');
  return new Promise(resolve => {
    const close = answer => { dialog.close(); resolve(answer || null); };
    const field = h('input.grow', {'aria-label': text, autofocus: true, maxlength: 200});
    fill(dialog,
      h('h1', {id: 'dialog-title'}, title), h('p', text),
      h('form', {onsubmit: event => { event.preventDefault(); close(field.value.trim()); }},
        h('.row', field, h('button.main', yes), h('button', {type: 'button', onclick: () => close(null)}, 'Cancel'))));
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    dialog.oncancel = () => resolve(null);
    dialog.showModal();
  });
}
