import {h, fill} from './dom.js';
import {get} from './api.js';

// The language of filters for messages, as far as the page knows it: which names there are. What a filter means the server
// says.

let names;

/** [{name, kind, doc, values: [{name, doc}]}]; asked for once. */
const filterNames = () => names ??= get('filter/names').then(answer => answer.names).catch(() => { names = undefined; return []; });

/** A value as a filter has it: in quotes where it is more than a word. */
export const quoted = value => /^[^\s(){},'"=!<>&|]+$/.test(value) ? String(value) : `'${String(value).replaceAll("'", "''")}'`;

/** What holds for one value of a field. */
export const comparison = ({name, value}) => `${name} == ${quoted(value)}`;

/** Both filters at once; `or` binds less than `and`. */
export const both = (first, second) => !first ? second : `${/(^|\s)or\s|\|\|/i.test(first) ? `(${first})` : first} and ${second}`;

/** The filter that links of earlier versions ask for by single parameters. */
export function filterOf(parameters) {
  const given = name => parameters.get(name)?.trim();
  const terms = [given('filter')];
  if (given('type')) terms.push(comparison({name: 'type', value: given('type')}));
  const address = given('address');
  if (address) {
    const hasPort = /^\[.*\]:\d+$|^[^:]*:\d+$/.test(address);
    terms.push(comparison({name: hasPort ? 'endpoint' : 'address', value: hasPort ? address : address.replace(/^\[|\]$/g, '')}));
  }
  if (given('flow')) terms.push(comparison({name: 'flow', value: given('flow')}));
  if (given('from')) terms.push(`time >= ${quoted(given('from'))}`);
  if (given('to')) terms.push(`time < ${quoted(given('to'))}`);
  return terms.filter(Boolean).reduce((filter, term) => both(filter, term), '');
}

const joints = [{name: 'and', doc: 'both hold'}, {name: 'or', doc: 'at least one holds'}];
const signs = [
  {name: '==', doc: 'is the value'}, {name: '!=', doc: 'is there, and is not the value'}, {name: 'contains', doc: 'the value is a part of it'},
  {name: 'in', doc: 'is one of {these, values}'}, {name: '>', doc: 'is more, or later'}, {name: '<', doc: 'is less, or earlier'},
];
const token = /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|==|!=|<>|<=|>=|&&|\|\||[=<>!(){},]|[^\s(){},'"=!<>&|]+/g;
const isSign = text => /^([=!<>]=?|<>|contains|in)$/i.test(text);

/** What may stand where the text ends: a word's beginning, and words for it. */
function candidates(text, known) {
  const tokens = text.match(token) ?? [];
  const start = /[\s(){},=!<>&|]$/.test(text) || !tokens.length ? '' : tokens.pop();
  if (/^['"]/.test(start)) return {start, words: []};
  const last = tokens.at(-1) ?? '';
  // In a list, the field is before its beginning.
  const list = tokens.findLastIndex(one => /^in$/i.test(one));
  const isInList = list > 0 && /^[{(]$/.test(tokens[list + 1] ?? '') && !tokens.slice(list).some(one => /^[})]$/.test(one));
  if (isSign(last) && last !== '!' || isInList) {
    const field = isInList ? tokens[list - 1] : tokens.at(-2);
    return {start, words: known.find(one => one.name === field)?.values ?? []};
  }
  if (!last || /^(and|or|not|&&|\|\||!|\()$/i.test(last)) return {start, words: known};
  return {start, words: known.some(one => one.name === last) && !isSign(tokens.at(-2) ?? '') ? [...signs, ...joints] : joints};
}

/** Those that begin so first, then those with a part that does, then those that have it anywhere. */
function ranked(words, start) {
  const wanted = start.toLowerCase();
  const rank = ({name}) => name.toLowerCase().startsWith(wanted) ? 0 : name.toLowerCase().includes(`.${wanted}`) ? 1 : name.toLowerCase().includes(wanted) ? 2 : 3;
  return words.map(word => [rank(word), word]).filter(([place]) => place < 3).sort(([a], [b]) => a - b).map(([, word]) => word);
}

/** A field for a filter, which completes names and values as they are typed, and shows an error at its place. */
export class FilterField {
  /** @param apply called with nothing when another filter is to be shown */
  constructor({value, apply}) {
    this.apply = apply;
    this.applied = value;
    this.active = -1;
    this.input = h('input.mono', {
      name: 'filter', value, spellcheck: 'false', autocomplete: 'off', placeholder: 'filter: type == … and length > 200', role: 'combobox',
      'aria-label': 'filter', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'filter-words', 'aria-describedby': 'filter-error',
      oninput: () => this.complete(), onkeydown: event => this.key(event), onblur: () => this.close(), onchange: () => this.done(),
    });
    this.list = h('ul.filter-words', {id: 'filter-words', role: 'listbox', 'aria-label': 'names', hidden: true});
    this.error = h('pre.bad.filter-error', {id: 'filter-error', role: 'alert', tabindex: 0, hidden: true});
    this.element = h('.filter', this.input, this.list, this.error);
  }

  get value() { return this.input.value.trim(); }

  set value(text) {
    this.input.value = text;
    this.done();
  }

  /** Shows what the filter lets through, if it is another one. */
  done() {
    this.close();
    this.input.value = this.value;
    if (this.value === this.applied) return;
    this.applied = this.value;
    this.apply();
  }

  /** What is wrong with the filter, with the column where it is, if it is in the filter; nothing without a problem. */
  showError(problem) {
    this.error.hidden = !problem;
    this.input.setAttribute('aria-invalid', String(Boolean(problem)));
    // Spaces at the beginning are none of the filter's.
    fill(this.error, problem ? `${problem.column ? `${' '.repeat(problem.column - 1)}^\n` : ''}${problem.message}` : null);
  }

  async complete() {
    const known = await filterNames();
    const text = this.input.value.slice(0, this.input.selectionStart);
    const {start, words} = candidates(text, known);
    this.start = start;
    this.words = ranked(words, start).filter(word => word.name !== start).slice(0, 100);
    if (document.activeElement !== this.input || !this.words.length) return this.close();
    this.active = -1;
    fill(this.list, this.words.map((word, index) => h('li', {
      id: `filter-word-${index}`, role: 'option', 'aria-selected': 'false', title: word.doc,
      // The field keeps the focus.
      onmousedown: event => { event.preventDefault(); this.take(index); },
    }, h('span.mono', word.name), h('span.faint', [word.kind, word.doc].filter(Boolean).join(' · ')))));
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.input.removeAttribute('aria-activedescendant');
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  mark(index) {
    const options = [...this.list.children];
    options[this.active]?.setAttribute('aria-selected', 'false');
    this.active = (index + options.length) % options.length;
    options[this.active].setAttribute('aria-selected', 'true');
    options[this.active].scrollIntoView({block: 'nearest'});
    this.input.setAttribute('aria-activedescendant', options[this.active].id);
  }

  take(index) {
    const end = this.input.selectionStart;
    const word = quoted(this.words[index].name);
    this.input.setRangeText(`${isSign(this.words[index].name) ? this.words[index].name : word} `, end - this.start.length, end, 'end');
    this.complete();
  }

  key(event) {
    if (event.key === 'Escape' && !this.list.hidden) this.close();
    else if (event.key === 'ArrowDown' && this.list.hidden) this.complete();
    else if (event.key === 'ArrowDown') this.mark(this.active + 1);
    else if (event.key === 'ArrowUp' && !this.list.hidden) this.mark(this.active < 0 ? -1 : this.active - 1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && this.active >= 0) this.take(this.active);
    else if (event.key === 'Enter') this.done();
    else return;
    event.preventDefault();
  }
}
