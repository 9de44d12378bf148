import {h, fill} from './dom.js';
import {grouped} from './format.js';
import {valueCell} from './values.js';

/** A result as a table that can be sorted, and whose columns can be hidden and be given another width. */
export class ResultTable {
  constructor({columns, rows}, known, onChart) {
    Object.assign(this, {columns, known, rows: [...rows], sorted: -1, up: true, shown: 500, hidden: new Set(), widths: new Map()});
    this.numeric = columns.map((_, index) => rows.length > 0 && typeof rows[0][index] === 'number');
    const hasNumbers = this.numeric.some(Boolean);
    this.table = h('table');
    const choices = h('details.choices', h('summary', 'Columns'), columns.map((name, index) => h('label', h('input', {
      type: 'checkbox', checked: true, 'data-column': name, onchange: event => { this.hidden[event.target.checked ? 'delete' : 'add'](index); this.draw(); },
    }), ` ${name}`)));
    this.element = h('div', h('.row', hasNumbers ? h('button', {onclick: onChart, 'data-chart': ''}, 'Chart') : null, columns.length > 1 ? choices : null), h('.results', this.table));
    this.draw();
  }

  draw() {
    const names = Object.fromEntries(this.columns.map((name, index) => [name, index]));
    const visible = this.columns.map((_, index) => index).filter(index => !this.hidden.has(index));
    fill(this.table,
      h('tr', visible.map(index => this.head(index))),
      this.rows.slice(0, this.shown).map(row => {
        const object = Object.fromEntries(Object.entries(names).map(([name, index]) => [name, row[index]]));
        return h('tr', visible.map(index => this.cell(row[index], index, object)));
      }),
      this.rows.length > this.shown ? h('tr', h('td', {colspan: visible.length}, h('button', {onclick: () => { this.shown += 2000; this.draw(); }}, `${grouped(this.rows.length - this.shown)} more`))) : null);
  }

  head(index) {
    const isSorted = index === this.sorted;
    const width = this.widths.get(index);
    const head = h(this.numeric[index] ? 'th.number' : 'th', {'aria-sort': isSorted ? (this.up ? 'ascending' : 'descending') : null, style: width ? {width, minWidth: width, maxWidth: width} : {}},
      h('button', {onclick: () => this.sort(index)}, this.columns[index], isSorted ? (this.up ? ' ▲' : ' ▼') : ''),
      h('span.grip', {'aria-hidden': 'true', onpointerdown: event => this.resize(event, index, head)}));
    return head;
  }

  cell(value, index, object) {
    const width = this.widths.get(index);
    return h(typeof value === 'number' ? 'td.number' : 'td', {title: typeof value === 'string' && value.length > 40 ? value : null, style: width ? {maxWidth: width} : {}},
      valueCell(this.columns[index], value, object, null, this.known.type_column), this.name(index, value));
  }

  /** A column's edge is dragged. */
  resize(event, index, head) {
    event.preventDefault();
    const start = head.getBoundingClientRect().width - event.clientX;
    const move = event => { this.widths.set(index, `${Math.max(30, start + event.clientX)}px`); this.draw(); };
    addEventListener('pointermove', move);
    addEventListener('pointerup', () => removeEventListener('pointermove', move), {once: true});
  }

  /** What an enum's value is called. */
  name(index, value) {
    if (this.columns[index] !== this.known.type_column || !this.known.typeNames.has(value)) return null;
    return h('span.faint', ` ${this.known.typeNames.get(value)}`);
  }

  sort(index) {
    this.up = this.sorted === index ? !this.up : true;
    this.sorted = index;
    const order = (a, b) => a === b ? 0 : a === null ? -1 : b === null ? 1 : typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;
    this.rows.sort((a, b) => order(a[index], b[index]) * (this.up ? 1 : -1));
    this.draw();
  }
}
