import {h, fill, singleKeys} from './dom.js';

const keys = [
  ['Everywhere', [
    ['1 to 6', 'the pages, from left to right'], ['/', 'to the field for a value'], ['?', 'these keys'],
  ]],
  ['Charts over time on the overview', [
    ['←, →, Home, End', 'choose a piece'], ['Shift with these', 'chooses more'], ['Enter', 'shows only that time'], ['M', 'its messages'], ['Escape', 'chooses none'],
  ]],
  ['Messages', [
    ['j, k', 'the next and the former message of the list'], ['n, p', 'the next and the former message of the connection'],
    ['r, a', 'the message that this one answers, and the one that answers it'],
    ['Enter', 'from the list to the fields of the message'], ['↑, ↓', 'from field to field, each with its bytes'],
    ['b', 'back to what was shown before'], ['f', 'what a filter can do with the message or the field'],
  ]],
  ['Lists', [['↑, ↓, Page up, Page down, Home, End', 'other rows']]],
  ['Borders between panes', [['arrows, Home, End', 'move the border'], ['Escape', 'puts it back']]],
  ['Query', [
    ['Ctrl+Enter', 'runs the query'], ['Shift+Alt+F', 'puts its clauses on lines of their own'],
    ['Shift+←, Shift+→', "on a column's name: its width"],
  ]],
];

/** Shows which keys there are. */
export function showKeys() {
  const dialog = document.getElementById('dialog');
  if (dialog.open) return;
  fill(dialog,
    h('h1', {id: 'dialog-title'}, 'Keys'),
    keys.map(([place, list]) => [h('h2', place), h('table.keys', list.map(([key, words]) => h('tr', h('th', {scope: 'row'}, h('kbd', key)), h('td', words))))]),
    h('p', h('label', h('input', {type: 'checkbox', id: 'single-keys', checked: singleKeys.areOn, onchange: event => { singleKeys.areOn = event.target.checked; }}), ' keys of one character are on')),
    h('.row', h('button', {onclick: () => dialog.close(), autofocus: true}, 'Close')));
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  dialog.addEventListener('close', () => dialog.removeAttribute('aria-labelledby'), {once: true});
  dialog.showModal();
}
