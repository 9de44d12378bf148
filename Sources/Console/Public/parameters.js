import {h, fill} from './dom.js';

/** The names of a statement's parameters (`:name`, `@name`, `$name`), each once, in their order. */
export function parameterNames(sql) {
  const plain = sql.replace(/--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]/g, ' ');
  // Two colons are a cast.
  return [...new Set([...plain.matchAll(/(?<![:\w])[:@$]([A-Za-z_]\w*)/g)].map(match => match[1]))];
}

/** Fields for the values of a statement's parameters. */
export class ParameterFields {
  /** @param values those that are known, by name. @param changed called when one was changed. */
  constructor(values, changed) {
    this.texts = new Map(Object.entries(values));
    this.changed = changed;
    this.names = [];
    this.element = h('.row', {hidden: true, 'data-parameters': ''});
  }

  /** Shows a field for each parameter of a statement; what was typed before is kept. */
  update(sql) {
    const names = parameterNames(sql);
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
