import {h, fill} from './dom.js';
import {sqlTokens} from './sqltokens.js';

/** The names of a statement's parameters (`:name`, `@name`, `$name`), each once, in their order. */
export function parameterNames(sql, language) {
  const names = sqlTokens(sql, language).filter(({kind, text}) => kind === 'parameter' && !text.startsWith('?')).map(({text}) => text.slice(1));
  return [...new Set(names)];
}

/** Fields for the values of a statement's parameters. */
export class ParameterFields {
  /** @param values those that are known, by name. @param language of the statements. @param changed called when one was changed. */
  constructor(values, language, changed) {
    this.language = language;
    this.texts = new Map(Object.entries(values));
    this.changed = changed;
    this.names = [];
    this.element = h('.row', {hidden: true, 'data-parameters': ''});
  }

  /** Shows a field for each parameter of a statement; what was typed before is kept. */
  update(sql) {
    const names = parameterNames(sql, this.language);
    if (names.join() === this.names.join()) return;
    this.names = names;
    this.element.hidden = !names.length;
    fill(this.element, names.map(name => h('label.mono', `:${name} `, h('input', {
      name, size: 18, value: this.texts.get(name) ?? '', 'aria-label': `parameter ${name}`, title: "a number, or a text; '12' is a text, and nothing is NULL",
      oninput: event => { this.texts.set(name, event.target.value); this.changed(); },
    }))));
  }

  /** What is typed, by name. */
  get typed() { return Object.fromEntries(this.names.map(name => [name, this.texts.get(name) ?? ''])); }

  /** The values as a query takes them; undefined where it has no parameters. */
  get values() {
    if (!this.names.length) return undefined;
    return Object.fromEntries(this.names.map(name => [name, value(this.texts.get(name)?.trim() ?? '')]));
  }
}

function value(text) {
  if (text === '') return null;
  const quoted = text.match(/^'(.*)'$/s);
  if (quoted) return quoted[1].replaceAll("''", "'");
  const number = Number(text);
  // What a number would not hold as it is stays a text: figures of an account with zeros before them, digits with an E.
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : text;
}
