import {h} from './dom.js';
import {grouped, time} from './format.js';
import {valueCell} from './values.js';

// Results of the queries that a description lets ask. A column `filter` is none of the result's: it has a filter for the
// messages that a row tells of.

/** What may be wider than the page can be reached, and so scrolled, by keyboard. */
export const scrolled = {tabindex: 0, role: 'group', 'aria-label': 'rows'};

const isTime = name => /^(time|first|last|opened|closed)_us$/.test(name);
const isNumber = (name, value) => typeof value === 'number' && !isTime(name) && !/_id$/.test(name);

/** A result with what its page knows: `known` of the description, `messages` the address of messages for a filter. */
export class Result {
  constructor({columns, rows, truncated}, known, messages) {
    Object.assign(this, {columns, known, messages, isCut: truncated});
    this.shown = columns.map((_, index) => index).filter(index => columns[index] !== 'filter');
    this.rows = rows.map(row => ({row, values: Object.fromEntries(columns.map((name, index) => [name, row[index]]))}));
  }

  get numbers() { return this.shown.slice(1).filter(index => this.rows.some(({row}) => typeof row[index] === 'number')); }

  get table() {
    const hasLinks = this.shown.length < this.columns.length;
    const first = this.rows[0].row;
    return [h('.results', scrolled, h('table',
      h('tr', this.shown.map(index => h(isNumber(this.columns[index], first[index]) ? 'th.number' : 'th', this.columns[index].replace(/_us$/, ''))), hasLinks ? h('th') : null),
      this.rows.map(({row, values}) => h('tr',
        this.shown.map(index => h(isNumber(this.columns[index], row[index]) ? 'td.number' : 'td', {title: typeof row[index] === 'string' && row[index].length > 40 ? row[index] : null},
          this.cell(index, row, values))),
        hasLinks ? h('td', this.link(values, 'messages', '')) : null)))), this.rest];
  }

  /** A bar for each row, as long as its numbers are large. */
  get bars() {
    const {numbers} = this;
    const total = ({row}) => numbers.reduce((sum, index) => sum + Math.max(0, row[index] ?? 0), 0);
    const greatest = Math.max(1e-9, ...this.rows.map(total));
    return [h('.bars', {role: 'list'}, this.rows.map(one => h('.bar', {role: 'listitem'}, h('span', {title: String(one.row[this.shown[0]])}, this.cell(this.shown[0], one.row, one.values)),
      h('span.track', h('span.length.main', {style: {width: `${100 * total(one) / greatest}%`}})),
      h('span.number', this.link(one.values, numbers.map(index => grouped(one.row[index] ?? 0)).join(' / ')))))), this.rest];
  }

  get rest() { return this.isCut ? h('p.faint', 'There are more rows.') : null; }

  /** A text that leads to a row's messages, or another one where the row has no filter for them. */
  link(values, text, otherwise = text) { return values.filter ? h('a', {href: this.messages(values.filter)}, text) : otherwise; }

  cell(index, row, values) {
    const [name, value] = [this.columns[index], row[index]];
    if (isTime(name) && value !== null) return time(value);
    if (name === this.known.type_column && this.known.typeNames.has(value)) return this.known.typeNames.get(value);
    return valueCell(name, value, values, null, this.known.type_column);
  }
}
